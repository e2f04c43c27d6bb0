import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import type { PageName } from '../../server/protocol/webview/messages';
import { repositoryRoot } from '../support/shared';
import { drawn, panel, usePages } from './support';

/** Pictures are compared this small: where things are and how light they are counts, the fonts of a machine do not. */
const SMALL = { width: 112, height: 69 };
/** Most that pixels may differ on average, of 255, and the share of them that may differ a lot. */
const MEAN = 3.5, MUCH = 48, SHARE = 0.015;
const folder = path.join(repositoryRoot, 'test/view/pictures');

interface Small { readonly png: string; readonly pixels: number[] }
/** A picture made small, by the browser's own decoder. `png` is base64. */
const small = (page: Page, png: string): Promise<Small> => page.evaluate(async ({ png: base64, width, height }) => {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)), bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' })), canvas = new OffscreenCanvas(width, height), context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const out = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  return { png: btoa(Array.from(out, (byte) => String.fromCharCode(byte)).join('')), pixels: Array.from(context.getImageData(0, 0, width, height).data) };
}, { png, ...SMALL });

/** How two pictures differ: on average, and in how many of their values a lot. */
function difference(a: readonly number[], b: readonly number[]): { readonly mean: number; readonly share: number } {
  assert.equal(a.length, b.length, 'the reference picture has another size');
  let sum = 0, much = 0;
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs(a[i] - b[i]);
    sum += off;
    if (off > MUCH) much++;
  }
  return { mean: sum / a.length, share: much / a.length };
}

describe('pictures of the pages', function () {
  this.timeout(60_000);
  const pages = usePages();
  const at = (page: PageName): Readonly<Record<string, string | number>> => (page === 'automaton' ? { states: 120, edges: 300, target: JSON.stringify({ kind: 'state', state: 5 }) } : {});
  const ready: Readonly<Record<PageName, (page: Page) => Promise<void>>> = {
    automaton: async (page) => { await drawn(page); await panel(page).getByText('Baseline visits').waitFor(); },
    rootCauses: (page) => page.locator('.causes-row.level1').first().waitFor(),
    timeline: (page) => page.locator('.side .row').first().waitFor(),
    training: (page) => page.locator('.side .row').first().waitFor(),
  };
  const shot = async (name: PageName, theme: string): Promise<{ page: Page; picture: Small }> => {
    const page = await pages.open(name, { ...at(name), theme, motion: 'reduce' });
    await ready[name](page);
    await page.waitForTimeout(600);
    return { page, picture: await small(page, (await page.screenshot({ type: 'png' })).toString('base64')) };
  };

  for (const theme of ['dark', 'light', 'contrast']) {
    for (const name of Object.keys(ready) as PageName[]) {
      it(`${name}, ${theme}: as it was`, async () => {
        const { page, picture } = await shot(name, theme), file = path.join(folder, `${name}-${theme}.png`);
        if (process.env['ANOMALINE_UPDATE'] === '1') {
          fs.mkdirSync(folder, { recursive: true });
          fs.writeFileSync(file, Buffer.from(picture.png, 'base64'));
        }
        const { mean, share } = difference(picture.pixels, (await small(page, fs.readFileSync(file).toString('base64'))).pixels);
        assert.ok(mean <= MEAN && share <= SHARE, `differs by ${mean.toFixed(1)} of 255 on average, ${(100 * share).toFixed(1)} % of it a lot. Look at it (npm run view -- --page ${name} --theme ${theme}); if it is as wanted, run with ANOMALINE_UPDATE=1`);
      });
    }
  }

  it('another theme, another page and a page without its parts are told apart', async () => {
    const { page, picture } = await shot('automaton', 'dark'), other = await shot('automaton', 'light'), causes = await shot('rootCauses', 'dark');
    await page.evaluate(() => document.querySelector('canvas.graph')?.remove());
    const without = await small(page, (await page.screenshot()).toString('base64'));
    for (const { pixels } of [other.picture, causes.picture, without]) {
      const { mean, share } = difference(picture.pixels, pixels);
      assert.ok(mean > MEAN || share > SHARE, `${mean} ${share}`);
    }
  });
});
