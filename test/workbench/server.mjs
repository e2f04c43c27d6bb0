// Starting an installed workbench on 127.0.0.1, with a profile of its own that is removed at the end.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainEnvironment } from './command.mjs';
import { endTree } from './processes.mjs';

/** A quiet workbench: no welcome, no assistant, no updates, nothing that asks the network. */
export const settings = {
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.editorLargeFileConfirmation': 1024,
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'files.hotExit': 'off',
};

/** Folders are not trusted until the user says so, which is not asked at the start. */
const asksForTrust = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.emptyWindow': false };

/** A port of 127.0.0.1 that is free now: the wanted one, or any when 0. */
export const freePort = (wanted = 0) => new Promise((resolve, reject) => {
  const probe = net.createServer();
  probe.once('error', reject);
  probe.listen(wanted, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

const answers = (url) => new Promise((resolve) => {
  http.get(url, (response) => { response.resume(); resolve(response.statusCode === 200); }).on('error', () => resolve(false));
});

/**
 * Starts the workbench in `folder` (see install.mjs). The answer: `base` address, `port`, `version`, `run` (the temporary
 * folder of this run; `prepare(extensionsFolder)` may fill in extensions before the start; `trust`: folders are asked about, as with users), `log()`, and `stop()`, which
 * ends every process of it and removes `run`.
 */
export async function startServer({ folder, port: wanted = 0, settings: more = {}, env = {}, prepare = () => {}, trust = false }) {
  const run = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-workbench-'));
  const at = (...parts) => path.join(run, ...parts);
  for (const name of ['user/User', 'tmp', 'extensions']) fs.mkdirSync(at(name), { recursive: true });
  fs.writeFileSync(at('user/User/settings.json'), JSON.stringify({ ...settings, ...(trust && asksForTrust), ...more }, null, 2));
  await prepare(at('extensions'));
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'node_modules/code-server/package.json'), 'utf8'));
  const port = await freePort(wanted);
  const log = fs.openSync(at('server.log'), 'w');
  const child = spawn(path.join(folder, 'node'), [
    path.join(folder, 'node_modules/code-server/out/node/entry.js'), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check',
    ...(trust ? [] : ['--disable-workspace-trust']), '--disable-getting-started-override', '--user-data-dir', at('user'), '--extensions-dir', at('extensions'),
  // A group of its own: Ctrl-C in the terminal reaches us alone, and we end it in order.
  ], { detached: true, stdio: ['ignore', log, log], env: { ...environment(), HOME: run, TMPDIR: at('tmp'), XDG_RUNTIME_DIR: at('tmp'), XDG_CONFIG_HOME: at('config'), XDG_DATA_HOME: at('data'), EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}', ...env } });
  fs.closeSync(log);
  const atExit = () => { try { process.kill(-child.pid, 'SIGKILL'); } catch { /* ended already */ } };
  process.once('exit', atExit);
  const stop = async () => {
    await endTree(child);
    process.off('exit', atExit);
    fs.rmSync(run, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  const server = { base: `http://127.0.0.1:${port}`, port, run, version, child, log: () => fs.readFileSync(at('server.log'), 'utf8'), stop };
  let failed;
  child.once('error', (error) => { failed = error; });
  for (const start = Date.now(); !await answers(`${server.base}/healthz`);) {
    if (failed || child.exitCode !== null || Date.now() - start > 30000) {
      const why = failed?.message ?? server.log();
      await stop();
      throw new Error(`the workbench of VS Code did not start on port ${port}:\n${why}`);
    }
    await sleep(100);
  }
  return server;
}

/** Without what another VS Code or npm around us set: it would steer this one. */
const environment = () => Object.fromEntries(Object.entries(plainEnvironment()).filter(([name]) => !/^(VSCODE_(?!TEST_)|ELECTRON_|CODE_SERVER_|npm_)/.test(name)));
