import * as assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { TimelineParams } from '../../server/protocol/timeline';
import { becomes, send, tells, told, usePages } from './support';

const canvas = (page: Page) => page.locator('.plot-frame canvas');
const words = (page: Page): Promise<string> => page.locator('.sentence').innerText();
const asked = async (page: Page): Promise<TimelineParams[]> => (await told(page, 'ask')).filter((one) => one.method === 'anomaline/timeline').map((one) => one.params as TimelineParams);

describe('timeline page in a browser', function () {
  this.timeout(60_000);
  const pages = usePages();
  const opened = async (query = {}): Promise<Page> => {
    const page = await pages.open('timeline', query);
    await becomes(page, 'rows drawn', () => words(page), (text) => /[\d,]+ rows/.test(text));
    await canvas(page).waitFor();
    return page;
  };
  /** Drags over a part of the picture, shares of its width and height. */
  const drag = async (page: Page, [x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): Promise<void> => {
    const box = (await canvas(page).boundingBox())!;
    await page.mouse.move(box.x + x0 * box.width, box.y + y0 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + x1 * box.width, box.y + y1 * box.height, { steps: 6 });
    await page.mouse.up();
  };

  it('says what is drawn and how many findings are', async () => {
    const page = await opened();
    assert.match(await words(page), /20,000 rows/);
    assert.match(await words(page), /finding/);
  });

  it('a dragged box is zoomed to by another question to the server, and Reset shows all again', async () => {
    const page = await opened();
    await page.locator('button.toggle', { hasText: 'Zoom' }).click();
    await drag(page, [0.4, 0.4], [0.7, 0.7]);
    const [from, to] = (await becomes(page, 'a question about a part', () => asked(page), (all) => all.at(-1)?.time !== undefined)).at(-1)!.time!;
    assert.ok(to > from && to - from < 172_800 * 0.6);
    const part = await becomes(page, 'fewer rows', () => words(page), (text) => !text.includes('20,000 rows'));
    assert.notEqual(part, '');
    await page.locator('vscode-button', { hasText: 'Reset' }).click();
    await becomes(page, 'all rows', () => words(page), (text) => text.includes('20,000 rows'));
  });

  it('a brush is told to the other pages, shown, and let go by Escape', async () => {
    const page = await opened();
    await page.locator('button.toggle', { hasText: 'Brush' }).click();
    await drag(page, [0.4, 0.4], [0.7, 0.6]);
    const { selection } = await tells(page, 'brush', (one) => one.selection !== null);
    assert.ok(selection?.time && selection.time[1] > selection.time[0]);
    await canvas(page).focus();
    await page.keyboard.press('Escape');
    await tells(page, 'brush', (one) => one.selection === null);
  });

  it('keys come to the worst cell and open its worst line', async () => {
    const page = await opened();
    await canvas(page).focus();
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    const { place } = await tells(page, 'jump');
    assert.ok(place.endCharacter > place.startCharacter && place.line >= 8);
  });

  it('the table lists the worst columns and opens their line', async () => {
    const page = await opened();
    const rows = page.locator('.side .row');
    await rows.first().waitFor();
    const scores = (await rows.locator('.number:first-child').allInnerTexts()).map(Number);
    assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
    await page.locator('.side [role=grid]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await tells(page, 'jump');
  });

  it('other columns are other questions, and the legend says what colours are', async () => {
    const page = await opened();
    await page.locator('#choice-columns').click();
    await page.locator('#choice-columns vscode-option').nth(1).click();
    await becomes(page, 'another grouping', () => asked(page), (all) => new Set(all.map(({ grouping }) => grouping)).size > 1);
    const before = await page.locator('.legend').innerText();
    await page.locator('#choice-colour').click();
    await page.locator('#choice-colour vscode-option').nth(1).click();
    await becomes(page, 'another legend', () => page.locator('.legend').innerText(), (text) => text !== before);
  });

  it('filtered to nothing: says so, and clears the filter', async () => {
    const page = await opened();
    await page.locator('vscode-text-field.filter input').fill('no such host');
    await becomes(page, 'the reason', () => page.locator('body').innerText(), (text) => text.includes('"no such host" in its name'));
    await page.locator('vscode-button', { hasText: 'Clear Filter' }).click();
    await becomes(page, 'all rows', () => words(page), (text) => text.includes('20,000 rows'));
  });

  it('keeps what is looked at over a reload', async () => {
    const page = await opened();
    await canvas(page).focus();
    await page.keyboard.press('+');
    const { time } = (await becomes(page, 'a part', () => asked(page), (all) => all.at(-1)?.time !== undefined)).at(-1)!;
    await page.waitForTimeout(600); // it keeps its state a moment later
    await page.reload();
    const again = await becomes(page, 'the same part', () => asked(page), (all) => all.length > 0 && all.at(-1)?.time !== undefined);
    assert.deepEqual(again.at(-1)?.time, time);
  });

  it('a change while it is looked at is asked for; a failure leaves the picture and can be tried again', async () => {
    const page = await opened(), before = (await asked(page)).length;
    await send(page, { kind: 'changed' });
    await becomes(page, 'another question', () => asked(page), (all) => all.length > before);
    const broken = await pages.open('timeline', { recording: 'broken' });
    await becomes(broken, 'the failure', () => broken.locator('body').innerText(), (text) => text.includes('could not be read'));
    const questions = (await asked(broken)).length;
    await broken.locator('vscode-button:visible', { hasText: /try again/i }).click();
    await becomes(broken, 'another question', async () => (await asked(broken)).length, (count) => count > questions);
  });

  it('nothing scored: says why and what to do', async () => {
    const page = await pages.open('timeline', { recording: 'none' });
    await page.locator('.note vscode-button').first().waitFor();
  });
});
