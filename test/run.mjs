#!/usr/bin/env node
// `npm test`: installs and builds what is needed, then runs every suite one after the other. The last line is the total.
//   --only types|lint|unit|e2e   (may be repeated)     --grep PATTERN   only tests whose title matches
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, compile, ensureInstalled, root } from '../build.mjs';
import { readResults } from './workbench/results.mjs';

/** A suite that runs longer than this hangs. */
const limitMinutes = 15;
const apart = new Set(['e2e', 'bench', 'fixtures', 'support', 'window']);

const { values: { only, grep } } = parseArgs({ options: { only: { type: 'string', multiple: true, default: ['types', 'lint', 'unit', 'e2e'] }, grep: { type: 'string' } } });
const unknown = only.find((name) => !['types', 'lint', 'unit', 'e2e'].includes(name));
if (unknown !== undefined) { console.error(`--only ${unknown}: there are types, lint, unit and e2e`); process.exit(2); }

const all = { passed: 0, failed: 0, skipped: 0 };
const summary = [];
function count({ name, passed, failed, skipped }) {
  all.passed += passed; all.failed += failed; all.skipped += skipped;
  summary.push(`${failed > 0 ? 'FAILED' : 'ok    '}  ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
}
const check = (name, ok) => count({ name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

/** Runs a Node script of node_modules to its end; true when it ended with 0. */
function script(file, args, env = {}) {
  const child = spawn(process.execPath, [path.join(root, 'node_modules', file), ...args], { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
  const timer = setTimeout(() => { console.log(`  no end after ${limitMinutes} minutes: stopped`); child.kill('SIGKILL'); }, limitMinutes * 60_000);
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => { clearTimeout(timer); resolve(code === 0); });
  });
}

/** Test files of each folder under test/, as compiled; taken from the sources, so that one that did not compile is missed. */
function unitSuites(wanted = (suite) => !apart.has(suite)) {
  const suites = new Map();
  for (const file of fs.readdirSync(path.join(root, 'test'), { recursive: true }).sort()) {
    const suite = file.split(path.sep)[0];
    if (file.endsWith('.test.ts') && wanted(suite)) suites.set(suite, [...suites.get(suite) ?? [], path.join('out/test', file.replace(/\.ts$/, '.js'))]);
  }
  return [...suites].map(([name, files]) => ({ name, files }));
}

async function unit({ name, files }) {
  console.log(`\n== ${name}`);
  const box = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-results-')), results = path.join(box, 'results.json');
  // What tests cache is theirs, not the user's.
  const caches = path.join(box, 'cache');
  const ok = await script('mocha/bin/mocha.js', ['--enable-source-maps', '--timeout', '20000', '--reporter', path.join(root, 'out/test/support/reporter.js'), ...(grep ? ['--grep', grep] : []), ...files], { ANOMALINE_RESULTS: results, XDG_CACHE_HOME: caches });
  const totals = readResults(results, { ok });
  fs.rmSync(box, { recursive: true, force: true });
  count({ name, ...totals });
}

async function endToEnd() {
  const suites = fs.existsSync(path.join(root, 'test/e2e')) ? fs.readdirSync(path.join(root, 'test/e2e')).filter((name) => name.endsWith('.test.ts')) : [];
  if (suites.length === 0) { console.log('\n== end to end\n  no end-to-end suite'); return; }
  const { endToEnd: runs } = await import('./workbench/e2e.mjs');
  for await (const { name, ...counted } of runs({ grep })) count({ name: `end to end, ${name}`, ...counted });
}

try {
  ensureInstalled();
  console.log('== types');
  const typed = compile();
  if (only.includes('types') || !typed) check('types', typed);
  if (only.includes('lint')) { console.log('\n== lint'); check('lint', await script('eslint/bin/eslint.js', ['.', '--max-warnings', '0'])); }
  if (only.includes('unit') || only.includes('e2e')) await bundle();
  if (only.includes('unit')) for (const suite of unitSuites()) await unit(suite);
  if (only.includes('e2e')) {
    for (const suite of unitSuites((name) => name === 'window')) await unit(suite);
    await endToEnd();
  }
} catch (error) {
  console.error(error);
  check(`the run itself (${error.message.split('\n')[0]})`, false);
}
console.log(`\n${summary.join('\n')}\n\n${all.passed} passed, ${all.failed} failed, ${all.skipped} skipped`);
process.exitCode = all.failed > 0 ? 1 : 0;
