// The end-to-end suites, by @vscode/test-electron: in desktop VS Code where ANOMALINE_DESKTOP asks for it (1: downloads
// it; else the program to start), otherwise in the browser workbench, whose stand-in program takes the same arguments.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { ensureChromium } from './chromium.mjs';
import { ensureWorkbench } from './install.mjs';
import { cache, codeVersion, root, versions } from './places.mjs';
import { readResults } from './results.mjs';
import { writeSample } from './sample.mjs';
import { settings } from './server.mjs';

/** Workbenches to run in. `prepare` resolves to what runTests needs, or throws where the workbench cannot be had. */
function targets() {
  const desktop = process.env.ANOMALINE_DESKTOP;
  if (desktop === '1') return ['stable', ...versions.slice(1).map(codeVersion)].map((version) => ({ name: `desktop VS Code ${version}`, prepare: () => ({ version, cachePath: path.join(cache, 'desktop') }) }));
  if (desktop) return [{ name: desktop, prepare: () => ({ vscodeExecutablePath: desktop }) }];
  return versions.map((version) => ({
    name: `VS Code ${codeVersion(version)} in the browser`,
    async prepare() {
      const env = { ANOMALINE_WORKBENCH: await ensureWorkbench(version), CHROMIUM: await ensureChromium() };
      return { vscodeExecutablePath: path.join(import.meta.dirname, 'code-shim.mjs'), env };
    },
  }));
}

/** Runs all suites in every workbench, one after the other, each on a fresh sample capture; yields name and results. */
export async function* endToEnd({ grep }) {
  for (const { name, prepare } of targets()) {
    console.log(`\n== end to end: ${name}`);
    let how;
    try { how = await prepare(); } catch (error) {
      console.log(`  this workbench cannot be had here: ${error.message}`);
      yield { name, passed: 0, failed: process.env.CI === 'true' ? 1 : 0, skipped: process.env.CI === 'true' ? 0 : 1 };
      continue;
    }
    yield { name, ...await inWorkbench(how, grep) };
  }
}

async function inWorkbench({ env = {}, ...how }, grep) {
  const box = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-e2e-'));
  const results = path.join(box, 'results.json'), capture = path.join(box, 'capture'), profile = path.join(box, 'user');
  try {
    fs.mkdirSync(path.join(profile, 'User'), { recursive: true });
    fs.writeFileSync(path.join(profile, 'User/settings.json'), JSON.stringify(settings));
    await writeSample(capture, { size: 300_000 });
    const ended = await runTests({
      ...how, extensionDevelopmentPath: root, extensionTestsPath: path.join(root, 'out/test/e2e/index.js'),
      launchArgs: [capture, `--user-data-dir=${profile}`, `--extensions-dir=${path.join(box, 'extensions')}`],
      extensionTestsEnv: { ...env, ANOMALINE_RESULTS: results, ...(grep && { ANOMALINE_GREP: grep }) },
    }).then(() => ({ ok: true }), (error) => ({ ok: false, why: error.message }));
    return readResults(results, ended);
  } finally { fs.rmSync(box, { recursive: true, force: true, maxRetries: 5 }); }
}
