/**
 * What one waits for in the pages, in a headless Chromium that draws without a graphics card: from the page's start (its script is loaded, its questions
 * are answered by the made up server of test/view) to a picture, frame times while one pans and zooms, the longest block of the page's thread, sizes.
 *
 *   node test/bench/pages.bench.mjs
 *
 * Checked: 300 states are laid out and drawn within 1 s, 3,000 with 20,000 transitions have a first picture within 2 s, bundles stay under 600 kB compressed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../../build.mjs';
import { startPages } from '../view/page.mjs';

const pages = await startPages(), failures = [];
const check = (what, ok) => { if (!ok) failures.push(what); };
const ms = (value) => `${value.toFixed(0)} ms`;
const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? NaN;

/** Opens the automaton and measures, in the page's own clock since it was asked for. */
async function automaton(query) {
  await (await pages.open('automaton', query)).locator('canvas.graph[data-states]').waitFor(); // the made up model is made once
  const page = await pages.open('automaton', query);
  await page.route('**/kept', (route) => route.fulfill({ json: [] })); // no layout of an earlier run
  await page.addInitScript(() => {
    globalThis.blocks = [];
    new PerformanceObserver((list) => { for (const { startTime, duration } of list.getEntries()) globalThis.blocks.push([startTime, duration]); }).observe({ type: 'longtask', buffered: true });
    const watch = () => {
      const canvas = document.querySelector('canvas.graph'), progress = document.querySelector('.progress');
      if (canvas?.dataset.sharp !== undefined && canvas.dataset.states) globalThis.firstPicture ??= performance.now();
      if (globalThis.firstPicture && canvas.dataset.sharp === 'true' && progress?.hidden) globalThis.laidOut ??= performance.now();
      if (!globalThis.laidOut) requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
  });
  const times = [];
  for (let run = 0; run < 3; run++) {
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await page.waitForFunction(() => globalThis.laidOut !== undefined, undefined, { timeout: 60_000 });
    times.push(await page.evaluate(() => ({ first: globalThis.firstPicture, laid: globalThis.laidOut, block: Math.max(0, ...globalThis.blocks.map(([, duration]) => duration)) })));
  }
  const best = (key) => sorted(times.map((one) => one[key]))[1];
  return { page, first: best('first'), laid: best('laid'), block: best('block') };
}

/** Frame times while a graph is dragged about and zoomed, milliseconds. */
async function frames(page) {
  const box = await page.locator('canvas.graph').boundingBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  const during = async (move) => {
    await page.evaluate(() => { globalThis.stop = false; globalThis.frameTimes = globalThis.viewHost.frames(() => new Promise((resolve) => { const wait = () => (globalThis.stop ? resolve() : setTimeout(wait, 20)); wait(); })); });
    await move();
    return page.evaluate(async () => { globalThis.stop = true; return globalThis.frameTimes; });
  };
  const panned = await during(async () => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let i = 0; i < 90; i++) { await page.mouse.move(x + 200 * Math.sin(i / 9), y + 120 * Math.cos(i / 7)); await page.waitForTimeout(12); }
    await page.mouse.up();
  });
  const zoomed = await during(async () => { for (let i = 0; i < 60; i++) { await page.mouse.wheel(0, i < 30 ? -60 : 60); await page.waitForTimeout(16); } });
  return { panned, zoomed };
}

try {
  for (const [states, edges] of [[300, 900], [3000, 20_000], [10_000, 60_000]]) {
    for (const all of [false, true]) {
      if (all && states !== 3000) continue;
      const { page, first, laid, block } = await automaton({ states, edges, rows: 50_000 });
      if (all) {
        await page.locator('vscode-text-field[aria-label="States shown at most"] input').fill(String(states));
        await page.keyboard.press('Enter');
        await page.waitForFunction((wanted) => Number(document.querySelector('canvas.graph').dataset.states) === wanted && document.querySelector('canvas.graph').dataset.sharp === 'true', states);
      }
      const { panned, zoomed } = await frames(page);
      const shown = await page.locator('canvas.graph').getAttribute('data-states'), frame = (values) => `median ${at(values, 0.5).toFixed(1)}, 95 % ${at(values, 0.95).toFixed(1)}, longest ${Math.max(...values).toFixed(0)} ms`;
      console.log(`${states.toLocaleString('en')} states, ${edges.toLocaleString('en')} transitions, ${shown} shown: first picture ${ms(first)}, laid out and drawn ${ms(laid)}, longest block of the page ${ms(block)}`);
      console.log(`  frames while panning: ${frame(panned)}; while zooming: ${frame(zoomed)}`);
      if (states === 300) check(`300 states laid out and drawn in ${ms(laid)}`, laid < 1000);
      if (states === 3000) check(`3,000 states: first picture after ${ms(first)}`, first < 2000);
      await page.close();
    }
  }
  const folder = path.join(root, 'dist/webview'), size = (name) => gzipSync(fs.readFileSync(path.join(folder, name)), { level: 9 }).length / 1000;
  for (const name of ['automaton', 'rootCauses', 'timeline']) {
    const kB = size(`${name}.js`) + size(`${name}.css`);
    console.log(`${name}: ${kB.toFixed(0)} kB compressed`);
    check(`${name} is ${kB.toFixed(0)} kB compressed`, kB < 600);
  }
  console.log(`layoutWorker (elkjs): ${size('layoutWorker.js').toFixed(0)} kB compressed`);
} finally { await pages.close(); }
for (const failure of failures) console.error(`MISSED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
