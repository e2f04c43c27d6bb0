// A Chromium to drive the workbench with: $CHROMIUM, one installed before, one on PATH, else the headless one from the npm registry.
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { npm, onPath, run } from './command.mjs';
import { withLock } from './lock.mjs';
import { cache } from './places.mjs';

const npmPackage = '@sparticuz/chromium@153.0.0';

/** Path of a Chromium that starts. */
export async function ensureChromium({ log = console.log } = {}) {
  const given = process.env.CHROMIUM;
  if (given) return working(given, 'CHROMIUM names it');
  const own = path.join(cache, 'chromium/chromium');
  if (fs.existsSync(own)) return working(own, 'installed before');
  // The wrapper script in /usr/bin of Debian passes on flags of the machine; the program behind it is the same.
  const found = ['/usr/lib/chromium/chromium'].find((file) => fs.existsSync(file)) ?? ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find(Boolean);
  if (found) return working(found, 'found on this machine');
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('there is no Chromium on PATH: install Chromium or Chrome and set CHROMIUM to its program');
  await withLock(path.join(cache, 'chromium.lock'), () => fs.existsSync(own) ? undefined : install(path.dirname(own), log), { onWait: (pid) => log(`Waiting for process ${pid}, which installs Chromium ...`) });
  return working(own, 'just installed');
}

async function install(folder, log) {
  log(`Installing a headless Chromium (npm package ${npmPackage}) into ${folder} ...`);
  const fresh = `${folder}.${process.pid}`;
  fs.mkdirSync(fresh, { recursive: true });
  try {
    fs.writeFileSync(path.join(fresh, 'package.json'), '{"name":"chromium-here","private":true}\n');
    await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error', npmPackage], { cwd: fresh });
    const packed = fs.readFileSync(path.join(fresh, 'node_modules/@sparticuz/chromium/bin/chromium.br'));
    fs.writeFileSync(path.join(fresh, 'chromium'), await promisify(zlib.brotliDecompress)(packed), { mode: 0o755 });
    fs.rmSync(path.join(fresh, 'node_modules'), { recursive: true });
    fs.renameSync(fresh, folder);
  } finally { fs.rmSync(fresh, { recursive: true, force: true }); }
}

async function working(program, why) {
  try { await run(program, ['--version']); return program; } catch (error) {
    const library = /(lib\S+\.so\S*): cannot open shared object/.exec(error.message)?.[1];
    throw new Error(library ? `Chromium (${program}) lacks ${library}: apt-get install libnss3 (it brings libnspr4), or install a Chromium of the system and set CHROMIUM` : `Chromium (${program}, ${why}) does not start: ${error.message}`);
  }
}
