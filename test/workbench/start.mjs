#!/usr/bin/env node
// `npm start [folder] [-- --no-open] [--port N]`: VS Code with the extension, on a capture folder or on the sample capture.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, ensureInstalled, root } from '../../build.mjs';
import { onPath } from './command.mjs';
import { ensureWorkbench } from './install.mjs';
import { newest } from './places.mjs';
import { writeSample } from './sample.mjs';
import { startServer } from './server.mjs';
import { unpackInto } from './unpack.mjs';

const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const usage = 'usage: npm start [folder] [-- --no-open] [--port N]';

function options() {
  const { values: { 'no-open': noOpen, port }, positionals } = parseArgs({ allowPositionals: true, options: { 'no-open': { type: 'boolean', default: false }, port: { type: 'string', default: '0' } } });
  if (positionals.length > 1) throw new Error(`one folder at most, not ${positionals.join(' ')}; ${usage}`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) throw new Error(`--port ${port}: give a number from 1 to 65535`);
  return { noOpen, port: Number(port), folder: positionals[0] && captureFolder(positionals[0]) };
}

/** A folder as the user typed it, seen from where the user was when typing (npm changes to the root of the repository). */
function captureFolder(typed) {
  const folder = path.resolve(process.env.INIT_CWD ?? '.', typed);
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`${folder} does not exist: name a folder of logs, or none for the sample capture`);
  if (!stat.isDirectory()) throw new Error(`${folder} is a file: name the folder that holds it`);
  return folder;
}

/** The sample capture of this version; made once, so that what was decided about it stays. */
async function sampleFolder() {
  const folder = path.join(os.tmpdir(), `anomaline-sample-${manifest.version}${process.getuid ? `-${process.getuid()}` : ''}`);
  if (!fs.existsSync(path.join(folder, 'day2/labels.csv'))) { console.log(`Writing the sample capture into ${folder} ...`); await writeSample(folder); }
  return folder;
}

const hasDisplay = () => process.platform === 'win32' || process.platform === 'darwin' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

async function inBrowser(folder, { port, noOpen }) {
  const server = await startServer({ folder: await ensureWorkbench(newest), port, prepare: unpackInto });
  const url = `${server.base}/?folder=${encodeURIComponent(folder).replaceAll('%2F', '/')}`;
  console.log(`Workbench: ${url}\nPress Ctrl-C to end it.`);
  if (!noOpen && hasDisplay()) {
    const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
    spawn(opener, [url], { stdio: 'ignore', detached: true }).on('error', () => console.log(`${opener} is not there: open the address in a browser yourself`)).unref();
  }
  let stopping = false;
  const stop = async (code) => { if (!stopping) { stopping = true; await server.stop(); process.exitCode = code; } };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { void stop(0); });
  server.child.once('exit', (code) => { if (!stopping) console.error(`The workbench ended by itself (${code}):\n${server.log().slice(-2000)}`); void stop(1); });
}

function inDesktop(code, folder) {
  console.log(`Opening ${folder} in the desktop VS Code (${code}).`);
  spawn(code, [`--extensionDevelopmentPath=${root}`, folder], { stdio: 'inherit', shell: process.platform === 'win32' })
    .on('error', (error) => { console.error(`start: ${code} does not start: ${error.message}`); process.exitCode = 1; })
    .on('exit', (status) => { process.exitCode = status ?? 1; });
}

try {
  const chosen = options();
  ensureInstalled();
  await bundle();
  if (!fs.existsSync(path.join(root, manifest.main))) throw new Error(`${manifest.main} was not built: src/extension.ts is missing`);
  const folder = chosen.folder ?? await sampleFolder();
  // In a terminal of VS Code itself `code` talks to that window, which cannot load a development extension from here.
  const code = chosen.noOpen || !hasDisplay() || process.env.VSCODE_IPC_HOOK_CLI ? undefined : onPath('code');
  if (code !== undefined) inDesktop(code, folder); else await inBrowser(folder, chosen);
} catch (error) { console.error(`start: ${error.message}`); process.exitCode = 1; }
