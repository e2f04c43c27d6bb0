// Tests inside the extension host of a workbench in the browser.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { startServer } from './server.mjs';
import { launchBrowser, newPage, openWorkbench } from './workbench.mjs';

/** How a run ended. */
export const outcome = { passed: 0, failed: 1, hostDied: 3, pageCrashed: 70, timedOut: 124 };

/** Lines of the workbench's own log that say nothing about the tests. */
const chatter = /^(Canceled: Canceled|Resolv|Creating a socket|\[(Service Worker|AgentHost|AccountPolicyGate|reconnection|ChatModel)|Updating additional|Ignoring fetching additional|Error while fetching the extension under development|ChatSessionStore|\[remote-connection)/;

/**
 * The workbench reports an extension host that was killed (crash, out of memory) as exit 0. So the entry point is called
 * through this one, which leaves a note when run() has really ended.
 */
const wrapper = (entry, note) => `
const fs = require('node:fs');
const put = (outcome) => fs.writeFileSync(${JSON.stringify(note)}, JSON.stringify(outcome));
exports.run = async () => {
  try { await require(${JSON.stringify(entry)}).run(); put({ ok: true }); }
  catch (error) { put({ ok: false, error: String(error && error.stack || error) }); throw error; }
};`;

/**
 * Runs a module with `run()` (as for @vscode/test-electron) inside the extension host; resolves to an `outcome`.
 * `timeout` in seconds. `env` reaches the extension host and the processes it starts.
 */
export async function runExtensionTests({ workbench, chromium, extensionDevelopmentPath, extensionTestsPath, workspace, settings, env, timeout = 300, screenshot, log = console.log }) {
  const box = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-entry-'));
  const note = path.join(box, 'outcome.json'), entry = path.join(box, 'entry.cjs');
  fs.writeFileSync(entry, wrapper(extensionTestsPath, note));
  const server = await startServer({ folder: workbench, env, settings });
  let browser, timer;
  try {
    browser = await launchBrowser(chromium);
    const page = await newPage(browser);
    const ended = deferred();
    await page.exposeFunction('codeAutomationLog', (level, args) => {
      const line = format(...args.map((arg) => arg ?? ''));
      if (!chatter.test(line)) log(level === 'info' || level === 'log' ? line : `[${level}] ${line}`);
    });
    await page.exposeFunction('codeAutomationExit', (code) => ended.resolve(code));
    page.on('crash', () => ended.resolve(outcome.pageCrashed));
    timer = setTimeout(() => ended.resolve(outcome.timedOut), timeout * 1000);
    await openWorkbench(page, server, { folder: workspace, extensionDevelopmentPath, extensionTestsPath: entry });
    const code = await ended.promise;
    if (screenshot) await page.screenshot({ path: screenshot });
    if (code === outcome.timedOut) log(`no end after ${timeout} s; the end of the server's log:\n${server.log().slice(-3000)}`);
    return code > 1 ? code : judged(note, log);
  } finally {
    clearTimeout(timer);
    await browser?.close();
    await server.stop();
    fs.rmSync(box, { recursive: true, force: true });
  }
}

function judged(note, log) {
  if (!fs.existsSync(note)) { log('the extension host died before the tests ended'); return outcome.hostDied; }
  return JSON.parse(fs.readFileSync(note, 'utf8')).ok ? outcome.passed : outcome.failed;
}

function deferred() {
  let resolve;
  const promise = new Promise((done) => { resolve = done; });
  return { promise, resolve };
}
