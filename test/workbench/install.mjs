#!/usr/bin/env node
// A real VS Code workbench (code-server) from the npm registry into the cache folder. Without npm's install scripts, which
// refuse root and fetch from elsewhere: the few native modules it needs are compiled here one by one.
//   node test/workbench/install.mjs [VERSION...]    by hand; the tests and `npm start` do it when needed
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { npm, npmFolder, onPath, run } from './command.mjs';
import { withLock } from './lock.mjs';
import { cache, codeVersion, versions } from './places.mjs';

const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
const server = 'node_modules/code-server';

/** Folder of the installed workbench: `node` in it runs `node_modules/code-server/out/node/entry.js`. */
export async function ensureWorkbench(version, { log = console.log } = {}) {
  const folder = path.join(cache, version);
  if (complete(folder)) return folder;
  await withLock(path.join(cache, `${version}.lock`), async () => {
    if (complete(folder)) return;
    requireCompiler();
    log(`Installing the workbench of VS Code ${codeVersion(version)} (npm package code-server@${version}, about 600 MB) into ${folder} ...`);
    // Made beside its place and renamed at the end: a folder of the right name is a complete one.
    const fresh = `${folder}.${process.pid}`;
    try {
      await install(version, fresh);
      fs.rmSync(folder, { recursive: true, force: true });
      fs.renameSync(fresh, folder);
    } finally { fs.rmSync(fresh, { recursive: true, force: true }); }
  }, { onWait: (pid) => log(`Waiting for process ${pid}, which installs VS Code ${codeVersion(version)} ...`) });
  return folder;
}

const complete = (folder) => ['node', `${server}/out/node/entry.js`].every((file) => fs.existsSync(path.join(folder, file)));

function requireCompiler() {
  if (process.platform === 'win32') throw new Error('the browser workbench does not run on Windows: install the desktop VS Code');
  const missing = ['python3', 'make', 'g++'].filter((name) => onPath(name) === undefined);
  if (missing.length > 0) throw new Error(`${missing.join(', ')} not found on PATH, needed to compile two small native modules of the workbench: apt-get install python3 make g++`);
}

async function install(version, folder) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{"name":"code-server-here","private":true}\n');
  const { node, env } = await matchingNode(version, folder);
  const at = (inside) => ({ cwd: path.join(folder, inside), node, env });
  await npm(['install', ...quiet, `code-server@${version}`], at('.'));
  if (!fs.existsSync(path.join(folder, 'node_modules/argon2/prebuilds'))) await npm(['rebuild', 'argon2'], at('.'));
  const code = `${server}/lib/vscode`;
  await npm(['install', ...quiet, '--legacy-peer-deps', '--omit=dev'], at(code));
  const gyp = path.join(npmFolder(), 'node_modules/node-gyp/bin/node-gyp.js');
  for (const module of nativeModules(path.join(folder, code, 'node_modules'))) await run(node, [gyp, 'rebuild'], { cwd: module, env, name: 'node-gyp' });
  await npm(['install', ...quiet, '--legacy-peer-deps', '--omit=dev'], at(`${code}/extensions`));
  linkRipgrep(path.join(folder, code, 'node_modules/@vscode/ripgrep'));
  const searchers = path.join(folder, code, 'node_modules/@vscode/ripgrep-universal/bin');
  const foreign = fs.existsSync(searchers) ? fs.readdirSync(searchers).filter((name) => name !== `${process.platform}-${process.arch}`).map((name) => `node_modules/@vscode/ripgrep-universal/bin/${name}`) : [];
  for (const unneeded of ['node_modules/@github/copilot', 'extensions/copilot', ...foreign]) fs.rmSync(path.join(folder, code, unneeded), { recursive: true, force: true });
  await run(node, [path.join(folder, server, 'out/node/entry.js'), '--version']);
}

/** Each release wants one Node major; where ours is another, npm has that one as a package, with headers for node-gyp. */
async function matchingNode(version, folder) {
  const major = (await npm(['view', `code-server@${version}`, 'engines.node'], { cwd: folder })).match(/\d+/)?.[0];
  const link = path.join(folder, 'node');
  if (process.versions.node.split('.')[0] === major) { fs.symlinkSync(process.execPath, link); return { node: process.execPath, env: headersBeside(process.execPath) }; }
  const name = `node-${process.platform}-${process.arch}`, own = path.join('.node/node_modules', name);
  await npm(['install', ...quiet, '--no-save', '--prefix', path.join(folder, '.node'), `${name}@^${major}.0.0`], { cwd: folder });
  fs.symlinkSync(path.join(own, 'bin/node'), link);
  return { node: path.join(folder, own, 'bin/node'), env: { npm_config_nodedir: path.join(folder, own) } };
}

/** Headers that came with our Node spare node-gyp a download. */
function headersBeside(node) {
  const prefix = path.dirname(path.dirname(fs.realpathSync(node)));
  return fs.existsSync(path.join(prefix, 'include/node/node_api.h')) ? { npm_config_nodedir: prefix } : {};
}

function nativeModules(modules) {
  const prebuilt = fs.existsSync(path.join(modules, `node-pty/prebuilds/${process.platform}-${process.arch}`));
  return ['@vscode/spdlog', '@vscode/native-watchdog', 'native-watchdog', ...(prebuilt ? [] : ['node-pty'])].map((name) => path.join(modules, name)).filter((folder) => fs.existsSync(folder));
}

/** Older releases fetch ripgrep when installed; without it file search finds nothing, so the system's is taken where there is one. */
function linkRipgrep(folder) {
  const system = onPath('rg');
  if (!fs.existsSync(folder) || fs.existsSync(path.join(folder, 'bin/rg')) || system === undefined) return;
  fs.mkdirSync(path.join(folder, 'bin'), { recursive: true });
  fs.symlinkSync(system, path.join(folder, 'bin/rg'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    for (const version of process.argv.length > 2 ? process.argv.slice(2) : versions) console.log(await ensureWorkbench(version));
    console.log(await ensureChromium());
  } catch (error) { console.error(`install: ${error.message}`); process.exitCode = 1; }
}
