#!/usr/bin/env node
// The one build script. Node's own modules are all it needs to start: it installs the rest.
//   node build.mjs             install when needed, bundle into dist/ (what the extension, the server and the command line run)
//   node build.mjs --types     and compile everything with type checks into out/ (what the tests run)
//   node build.mjs --package   and write a .vsix for this machine; --target T (may be repeated): for T, for example linux-x64, or all
//   --quiet                    print nothing unless something goes wrong
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

export const root = import.meta.dirname;
const inRoot = (...parts) => path.join(root, ...parts);
const read = (file) => fs.readFileSync(file, 'utf8');
const json = (file) => JSON.parse(read(file));

/** Bundles that land in dist/, by what they run in; an entry that is not there is left out. */
const bundles = [
  { out: 'extension', entry: 'src/extension.ts', options: { external: ['vscode'] } },
  { out: 'server', entry: 'server/main.ts' },
  { out: 'cli', entry: 'server/cli/main.ts', executable: true },
  ...each('server/workers', (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'), (name) => ({ out: `workers/${name.slice(0, -3)}`, entry: `server/workers/${name}` })),
  ...each('webview', (name) => fs.existsSync(inRoot('webview', name, 'main.ts')), (name) => ({ out: `webview/${name}`, entry: `webview/${name}/main.ts`, browser: true })),
  { out: 'webview/layoutWorker', entry: 'webview/automaton/layoutWorker.ts', browser: true },
  // For this repository's own scripts; not shipped.
  { out: 'tools/sample', entry: 'server/node/writeSample.ts' },
  { out: 'tools/view', entry: 'test/view/server.ts' },
  { out: 'tools/viewHost', entry: 'test/view/host.ts', browser: true },
].filter(({ entry }) => fs.existsSync(inRoot(entry)));

/** Where the bundles' sources are; a change of any file there, or of the settings, makes them stale. */
const sources = ['src', 'server', 'webview', 'test/view', 'build.mjs', 'package.json', 'package-lock.json', 'tsconfig.base.json'];

function each(folder, wanted, make) {
  return fs.existsSync(inRoot(folder)) ? fs.readdirSync(inRoot(folder)).filter(wanted).sort().map(make) : [];
}

/** Installs the locked packages when node_modules is missing or was made from another package-lock.json. */
export function ensureInstalled({ quiet = false } = {}) {
  const modules = inRoot('node_modules'), stamp = path.join(modules, '.anomaline-lock');
  const wanted = createHash('sha256').update(read(inRoot('package-lock.json'))).digest('hex');
  if (fs.existsSync(stamp) && read(stamp) === wanted) return;
  if (!installedAsLocked(modules)) {
    if (fs.lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) throw new Error(`${modules} is a link and does not match package-lock.json: install in the folder it points into, or remove the link`);
    if (!quiet) console.log('Installing the locked packages (npm ci) ...');
    const { status } = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], { stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'] });
    if (status !== 0) throw new Error('npm ci failed: the lines above say why. Is the package registry reachable?');
  }
  fs.writeFileSync(stamp, wanted);
}

/** True when every package of the lock file is there in its version (one for another platform may be absent), as after a plain `npm install`. */
function installedAsLocked(modules) {
  const record = path.join(modules, '.package-lock.json');
  if (!fs.existsSync(record)) return false;
  const there = json(record).packages;
  return Object.entries(json(inRoot('package-lock.json')).packages).every(([name, { version, optional }]) => name === '' || (there[name] ? there[name].version === version : optional === true));
}

/** Runs npm, by the npm that started us where there is one. */
function npm(args, options) {
  const self = process.env.npm_execpath;
  return self?.endsWith('.js') ? spawnSync(process.execPath, [self, ...args], { cwd: root, ...options }) : spawnSync('npm', args, { cwd: root, shell: process.platform === 'win32', ...options });
}

function* files(at) {
  const stat = fs.statSync(at, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) { if (stat) yield { at, stat }; return; }
  for (const name of fs.readdirSync(at).sort()) yield* files(path.join(at, name));
}

/** One hash over name, size and time of every source: cheap enough to compare at each start. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  for (const source of sources) for (const { at, stat } of files(inRoot(source))) hash.update(`${at}\n${stat.size} ${stat.mtimeMs}\n`);
  return hash.digest('hex');
}

function esbuildOptions({ out, entry, browser = false, executable = false, options }) {
  const hashbang = executable && !read(inRoot(entry)).startsWith('#!') ? { banner: { js: '#!/usr/bin/env node' } } : {};
  return {
    absWorkingDir: root, entryPoints: { [out]: entry }, outdir: 'dist', bundle: true, sourcemap: 'linked', sourcesContent: false, logLevel: 'warning', legalComments: 'none',
    ...(browser ? { platform: 'browser', format: 'iife', target: 'es2022', minify: true } : { platform: 'node', format: 'cjs', target: 'node20' }), ...hashbang, ...options,
  };
}

/** The source files whose code ended up in each bundle that is shipped, by path relative to the root. */
export async function bundledFiles() {
  const { build } = await import('esbuild');
  return Promise.all(bundles.filter(({ out }) => !out.startsWith('tools/')).map(async (one) => {
    const { metafile } = await build({ ...esbuildOptions(one), write: false, metafile: true });
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])));
    return { out: one.out, inputs };
  }));
}

/** Bundles into dist/ unless nothing changed since the last time. Files are replaced whole, so that a second build at the same time does no harm. */
export async function bundle({ quiet = false } = {}) {
  const stamp = inRoot('dist/.stamp'), now = fingerprint();
  if (fs.existsSync(stamp) && read(stamp) === now && bundles.every(({ out }) => fs.existsSync(inRoot('dist', `${out}.js`)))) return;
  const started = performance.now();
  const { build } = await import('esbuild');
  const made = await Promise.all(bundles.map(async ({ executable = false, ...one }) => {
    const result = await build({ ...esbuildOptions({ executable, ...one }), write: false });
    return result.outputFiles.map((file) => ({ path: file.path, contents: file.contents, mode: executable && file.path.endsWith('.js') ? 0o755 : 0o644 }));
  }));
  const kept = new Set([stamp]);
  for (const { path: file, contents, mode } of made.flat()) { replace(file, contents, mode); kept.add(file); }
  for (const { at } of [...files(inRoot('dist'))]) if (/\.(js|css)(\.map)?$/.test(at) && !kept.has(at) && !at.startsWith(inRoot('dist/node_modules'))) fs.rmSync(at); // of a source that is gone
  replace(stamp, now);
  if (!quiet) console.log(`Bundled ${bundles.map(({ out }) => out).join(', ') || 'nothing: there are no entries yet'} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function replace(file, contents, mode = 0o644) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  fs.writeFileSync(fresh, contents, { mode });
  fs.renameSync(fresh, file);
}

/** Compiles all rooms into out/ with type checks (incremental). Returns whether they are free of errors, which are printed. */
export function compile() {
  removeStale();
  return spawnSync(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-b', '--pretty', String(process.stdout.isTTY === true)], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** Removes compiled files whose source is gone, so that no test runs that is no longer there. */
function removeStale() {
  for (const { at } of [...files(inRoot('out'))]) {
    const source = path.relative(inRoot('out'), at).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
    if (source.endsWith('.ts') && !fs.existsSync(inRoot(source))) fs.rmSync(at);
  }
}

/** Platforms of `vsce package --target`, each with the folder of the runtime's native build for it; where there is none, nets run in its WebAssembly build. */
export const targets = {
  'linux-x64': 'linux/x64', 'linux-arm64': 'linux/arm64', 'darwin-arm64': 'darwin/arm64', 'win32-x64': 'win32/x64', 'win32-arm64': 'win32/arm64',
  'darwin-x64': undefined, 'linux-armhf': undefined, 'alpine-x64': undefined, 'alpine-arm64': undefined,
  /** For every platform, without native code. */
  universal: undefined,
};

/** Files of the runtime for neural nets that a package for `target` holds, relative to node_modules and to dist/node_modules alike: its JavaScript, its WebAssembly build, and the native build for that platform alone. */
export function runtimeFiles(target) {
  if (!Object.hasOwn(targets, target)) throw new Error(`--target ${target}: there are ${Object.keys(targets).join(', ')}, or all`);
  const within = (folder, wanted) => fs.readdirSync(inRoot('node_modules', folder)).filter(wanted).sort().map((name) => `${folder}/${name}`);
  const scripts = (name) => name.endsWith('.js'), native = targets[target];
  return [
    'onnxruntime-common/package.json', 'onnxruntime-common/dist/cjs/package.json', ...within('onnxruntime-common/dist/cjs', scripts),
    'onnxruntime-web/package.json', ...['ort.node.min.js', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'].map((name) => `onnxruntime-web/dist/${name}`),
    // Of macOS's library the package has a second copy, under the name with the full version, which nothing loads.
    ...(native ? ['onnxruntime-node/package.json', ...within('onnxruntime-node/dist', scripts), ...within(`onnxruntime-node/bin/napi-v6/${native}`, (name) => !/\.\d+\.\d+\.\d+\.dylib$/.test(name))] : []),
  ];
}

/** Puts these files below `folder`, from where the bundles in `folder` find them as they find packages in a development run. */
export function placeRuntime(target, folder = inRoot('dist')) {
  const place = path.join(folder, 'node_modules');
  fs.rmSync(place, { recursive: true, force: true });
  for (const file of runtimeFiles(target)) {
    fs.mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
    fs.copyFileSync(inRoot('node_modules', file), path.join(place, file));
  }
}

/** The target that runs on this machine. */
export function hostTarget() {
  const musl = process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  const name = `${musl ? 'alpine' : process.platform}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
  return Object.hasOwn(targets, name) ? name : 'universal';
}

/** Writes the .vsix for a target and returns its path. The bundles are whole but for the runtime of nets, which has files of its own in dist/node_modules (.vscodeignore lists what goes in). */
export async function makePackage(target = hostTarget()) {
  const { version } = json(inRoot('package.json')), packagePath = inRoot(target === 'universal' ? `anomaline-${version}.vsix` : `anomaline-${target}-${version}.vsix`);
  const { default: { createVSIX } } = await import('@vscode/vsce');
  try {
    placeRuntime(target);
    await createVSIX({ cwd: root, packagePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false, ...(target === 'universal' ? {} : { target }) });
  } finally { fs.rmSync(inRoot('dist/node_modules'), { recursive: true, force: true }); }
  return packagePath;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const flag = { type: 'boolean', default: false };
    const { values: { quiet, types, package: pack, target } } = parseArgs({ options: { quiet: flag, types: flag, package: flag, target: { type: 'string', multiple: true, default: [hostTarget()] } } });
    const wanted = target.includes('all') ? Object.keys(targets) : target;
    ensureInstalled({ quiet });
    for (const one of wanted) runtimeFiles(one); // a target that does not exist is said before the work
    if (types && !compile()) process.exitCode = 1;
    await bundle({ quiet });
    if (pack) for (const one of wanted) await makePackage(one);
  } catch (error) {
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  }
}
