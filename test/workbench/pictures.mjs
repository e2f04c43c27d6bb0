#!/usr/bin/env node
// Pictures of the extension at work in the real workbench, for the README and to look at after a change:
//   node test/workbench/pictures.mjs OUT [--folder CAPTURE] [--theme dark|light|contrast]... [--file NAME] [--only findings|views|histograms|training]
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, ensureInstalled, root } from '../../build.mjs';
import { ensureChromium } from './chromium.mjs';
import { ensureWorkbench } from './install.mjs';
import { newest } from './places.mjs';
import { writeSample } from './sample.mjs';
import { startServer } from './server.mjs';
import { smallPng } from './smallPng.mjs';
import { launchBrowser, newPage, openFile, openWorkbench, runCommand, waitForWorkbench, webview } from './workbench.mjs';

const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast' };

const { values, positionals: [out] } = parseArgs({ allowPositionals: true, options: { folder: { type: 'string' }, theme: { type: 'string', multiple: true, default: ['dark'] }, file: { type: 'string', default: 'conn.log' }, only: { type: 'string' } } });
if (out === undefined) throw new Error('usage: node test/workbench/pictures.mjs OUT [--folder CAPTURE] [--theme dark|light|contrast]...');
ensureInstalled();
await bundle({ quiet: true });
fs.mkdirSync(out, { recursive: true });
for (const theme of values.theme) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-pictures-'));
  if (values.folder) fs.cpSync(values.folder, folder, { recursive: true });
  else await writeSample(folder, values.only === 'training' ? { kind: 'organisation', size: 3_000_000 } : {});
  if (values.only === 'training') learnNet(path.join(folder, 'anomaline.json'));
  if (values.only === 'histograms') useDetector(folder, 'stateOutliers');
  const server = await startServer({ folder: await ensureWorkbench(newest), settings: { 'workbench.colorTheme': THEMES[theme] } });
  const browser = await launchBrowser(await ensureChromium());
  try {
    const page = await newPage(browser, { width: 1500, height: 900 });
    const shot = async (name) => fs.writeFileSync(path.join(out, `${name}-${theme}.png`), smallPng(await page.screenshot()));
    await openWorkbench(page, server, { folder, extensionDevelopmentPath: root });
    await waitForWorkbench(page);
    if (values.only === 'training') {
      await training(page, shot);
      continue;
    }
    await page.locator('.activitybar .action-label[aria-label^="Anomaline"]').click();
    await page.waitForTimeout(2500);
    await shot('1-start');
    await runCommand(page, 'Anomaline: Investigate This Capture');
    await page.locator('.statusbar-item', { hasText: /finding/ }).waitFor({ timeout: 60000 });
    await page.waitForTimeout(1500);
    await shot('2-groups');
    if (values.only === 'histograms') {
      await histograms(page, shot);
      continue;
    }
    if (values.only !== 'findings') await views(page, shot);
    if (values.only === 'views') continue;
    const rows = page.locator('.pane-body .monaco-list-row');
    const sash = await page.locator('.monaco-sash.vertical').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().x).find((x) => x > 200));
    await page.mouse.move(sash + 2, 500);
    await page.mouse.down();
    await page.mouse.move(560, 500, { steps: 5 });
    await page.mouse.up();
    await rows.first().click();
    await page.waitForTimeout(800);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(800);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(2500);
    await shot('3-line');
    const squiggle = page.locator('.monaco-editor .squiggly-error, .monaco-editor .squiggly-warning, .monaco-editor .squiggly-info').first();
    await squiggle.waitFor({ timeout: 15000 });
    const box = await squiggle.boundingBox();
    await page.mouse.move(box.x + 120, box.y + 2);
    await page.waitForTimeout(2500);
    await shot('4-hover');
    await page.mouse.move(10, 880);
    await openFile(page, values.file);
    await runCommand(page, 'Anomaline: Next Finding');
    await page.waitForTimeout(1500);
    await shot('5-next');
    if (page.leaks.length > 0) console.error('requests that left the machine:', page.leaks);
  } finally {
    await browser.close();
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Chooses a detector in the capture's own file. */
function useDetector(folder, detector) {
  const file = path.join(folder, 'anomaline.json');
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), detector }, null, 2));
}

/** The state of a line, its value marked among those of the state, and the rows of the outermost bar. */
async function histograms(page, shot) {
  const view = webview(page);
  await openFile(page, 'day2/flows.binetflow');
  await page.keyboard.press('Control+G');
  await page.locator('.quick-input-widget input.input').fill(':7679');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: '7679' }).click();
  await page.locator('.line-numbers.active-line-number', { hasText: '7679' }).waitFor();
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await runCommand(page, 'Anomaline: Show State of Line');
  await view.locator('canvas.graph[data-sharp=true]').waitFor();
  await view.locator('.bin.marked').first().waitFor();
  await page.waitForTimeout(2500); // it has taken the focus by then: the palette would close
  await view.locator('vscode-button[title^="Fit"]').click();
  await page.mouse.move(800, 890);
  await page.waitForTimeout(500);
  await shot('9-histograms');
  await view.locator('.histogram[data-field="source bytes"] .bin:not([aria-disabled])').last().click();
  await view.locator('.tab.rows .row').first().click();
  await page.waitForTimeout(1500);
  await shot('10-rows');
}

/** Makes a capture learn a small net. */
function learnNet(file) {
  const chosen = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  fs.writeFileSync(file, JSON.stringify({ ...chosen, settings: { ...chosen.settings, model: 'transformer', epochs: 8 } }));
}

/** The page that opens by itself beside a log while a net is trained, towards the end of training. */
async function training(page, shot) {
  await page.waitForTimeout(2500);
  await openFile(page, 'auth.txt');
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await runCommand(page, 'Anomaline: Learn');
  await page.mouse.move(300, 890);
  const steps = webview(page).locator('.facts dd').first();
  await steps.waitFor({ timeout: 120000 });
  for (const end = Date.now() + 200000; Date.now() < end; await page.waitForTimeout(250)) {
    const [done, planned] = (await steps.innerText()).replaceAll(',', '').match(/\d+/g).map(Number);
    if (done > 0.8 * planned) break;
  }
  await shot('9-training');
}

/** The three pages: the automaton at the state that the capture visits most above the baseline, the first root cause opened, the timeline. */
async function views(page, shot) {
  const first = page.locator('.pane-body .monaco-list-row').first(), view = webview(page);
  await first.hover();
  await first.locator('.action-label[aria-label="Show in Automaton"]').click();
  await view.locator('canvas.graph[data-sharp=true]').waitFor();
  await view.locator('.panel[data-state]').getByText('Baseline visits').waitFor();
  await page.waitForTimeout(2500); // it has taken the focus by then: the palette would close
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await page.waitForTimeout(500);
  await view.locator('canvas.graph').press('t');
  await view.locator('.table [role=columnheader].difference button').click();
  await view.locator('.table .row').nth(1).click(); // the first is the start, where all transitions meet
  await view.locator('vscode-button[title^="Switch between"]').click();
  await view.locator('vscode-button[title^="Fit"]').click();
  await page.mouse.move(800, 890);
  await page.waitForTimeout(1000);
  await shot('6-automaton');
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'Anomaline: Open Root Causes');
  const cause = view.locator('.causes-row.level1').first();
  await cause.waitFor();
  await cause.click();
  await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(1500);
  await shot('7-rootCauses');
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'Anomaline: Open Timeline');
  await view.locator('.plot-frame canvas').waitFor();
  await page.waitForTimeout(2500);
  await shot('8-timeline');
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
}
