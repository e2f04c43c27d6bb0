import * as assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { becomes, drawn, panel, send, tells, told, usePages, type ViewPage } from './support';

const LINE = 100;
const atState = (state: number): string => JSON.stringify({ kind: 'state', state });
const atLine = JSON.stringify({ kind: 'line', line: { uri: 'file:///capture/day1/conn.log', line: LINE } });
const histogram = (page: Page, name: string): Locator => page.locator(`.histogram[data-field="${name}"]`);
/** "capture 12 rows (3 %)" of a bar's words. */
const captureRows = async (bar: Locator): Promise<number> => Number((/capture ([\d,]+) row/.exec(await bar.getAttribute('aria-label') ?? '')?.[1] ?? '').replaceAll(',', ''));
const listed = async (page: Page): Promise<number> => {
  const said = page.locator('.tab.rows .toolbar [role=status]');
  return Number((/^([\d,]+) row/.exec(await becomes(page, 'the number of rows', () => said.innerText(), (text) => /^[\d,]+ row/.test(text)))?.[1] ?? '').replaceAll(',', ''));
};

describe('histograms of a state in a browser', function () {
  this.timeout(60_000);
  const pages = usePages();
  const opened = async (target: string, query = {}): Promise<ViewPage> => {
    const page = await pages.open('automaton', { states: 30, edges: 60, numbers: 1, target, ...query });
    await drawn(page);
    await histogram(page, 'source bytes').waitFor();
    return page;
  };

  it('a field for each number; the pointer tells range and rows of a bar', async () => {
    const page = await opened(atState(1));
    assert.deepEqual(await page.locator('.histogram-head b').allInnerTexts(), ['source bytes', 'destination bytes', 'source packets', 'duration']);
    const bar = histogram(page, 'source bytes').locator('.bin').nth(6);
    await bar.hover();
    const said = await page.locator('.tooltip:visible').innerText();
    assert.match(said, /^[\d,]+ to [\d,]+\nbaseline [\d,]+ rows? \(.*%\)\ncapture [\d,]+ rows?/);
    assert.equal((await bar.getAttribute('aria-label'))!.split(', ')[0], said.split('\n')[0]);
    assert.ok((await bar.locator('.bar.baseline').boundingBox())!.height > 1, 'it is drawn');
  });

  it('a bar lists its rows, the worst first; a click on one opens its line', async () => {
    const page = await opened(atState(1)), bar = histogram(page, 'destination bytes').locator('.bin').nth(9), rows = await captureRows(bar), [range] = (await bar.getAttribute('aria-label'))!.split(', baseline');
    await bar.click();
    const row = page.locator('.tab.rows .row').first();
    await row.waitFor();
    assert.equal(await listed(page), rows);
    assert.equal(await page.locator('.tab.rows .chip-text').innerText(), `destination bytes ${range}`);
    const scores = (await page.locator('.tab.rows .row .band').allInnerTexts()).map(Number);
    assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
    assert.match(await row.innerText(), /destination bytes \d+ · /);
    await row.click();
    const { place } = await tells(page, 'jump');
    assert.ok((await row.innerText()).includes(`:${place.line + 1}`));
    await page.locator('.tab.rows .chip-remove').click();
    await becomes(page, 'all rows again', () => listed(page), (all) => all > rows);
  });

  it('by keys alone: along the bars, into the list, to the line', async () => {
    const page = await opened(atState(1)), plot = histogram(page, 'source bytes');
    await plot.locator('.bin[tabindex="0"]').focus();
    assert.equal(await plot.locator('.bin[tabindex="0"]').count(), 1, 'one stop for Tab');
    await page.keyboard.press('End');
    const last = Number(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['bin']));
    await page.keyboard.press('ArrowLeft');
    const bin = Number(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['bin']));
    assert.ok(bin < last);
    assert.match(await page.locator('.tooltip:visible').innerText(), /baseline/);
    await page.keyboard.press('Home');
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
    const rows = await captureRows(page.locator('.bin:focus'));
    await page.keyboard.press('Enter');
    await page.locator('.tab.rows .row').first().waitFor();
    assert.equal(await listed(page), rows);
    await becomes(page, 'the focus', () => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), (label) => label === 'Rows of the state');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await tells(page, 'jump');
  });

  it('the odd ones of all fields, and of one', async () => {
    const page = await opened(atState(1)), button = page.locator('vscode-button.odd'), odd = Number(/([\d,]+) rows?$/.exec(await button.innerText())![1].replaceAll(',', ''));
    assert.ok(odd > 0);
    await button.click();
    await page.locator('.tab.rows .row').first().waitFor();
    assert.equal(await listed(page), odd);
    await page.locator('#tab-meaning').click();
    const link = page.locator('.histogram .link').first(), few = Number(/^([\d,]+) odd$/.exec(await link.innerText())![1].replaceAll(',', ''));
    await link.click();
    await becomes(page, 'the rows of one field', () => listed(page), (rows) => rows === few);
  });

  it('a line that one came from is marked in every field, and so is the row that is chosen next', async () => {
    const page = await opened(atLine), marked = page.locator('.bin.marked');
    await becomes(page, 'marks', () => marked.count(), (count) => count === 4);
    assert.match((await marked.first().getAttribute('aria-label'))!, /the chosen row has [\d,]+$/);
    assert.ok((await becomes(page, 'the mark in sight', () => page.locator('.numbers').boundingBox(), (box) => box !== null && box.y < 760)) !== null);
    const before = await page.locator('.histogram-mark').allInnerTexts();
    await page.locator('#tab-rows').click();
    await page.locator('.tab.rows .row').nth(3).click();
    await page.locator('#tab-meaning').click();
    await becomes(page, 'other marks', () => page.locator('.histogram-mark').allInnerTexts(), (texts) => texts.length === 4 && texts.join() !== before.join());
  });

  it('opens at the numbers for a line, whatever tab was open', async () => {
    const page = await opened(atState(1));
    await page.locator('#tab-rows').click();
    await send(page, { kind: 'show', target: { kind: 'line', line: { uri: 'file:///capture/day1/conn.log', line: LINE } } });
    await page.locator('.bin.marked:visible').first().waitFor();
  });

  it('the cursor marks the value of its line, a replayed step that of its row; a row of another state has no mark', async () => {
    const page = await opened(atState(1)), row = LINE - 8;
    await page.locator('#tab-rows').click();
    await page.locator('.tab.rows .row').first().click();
    await page.locator('#tab-meaning').click();
    await page.locator('.bin.marked').first().waitFor();
    await send(page, { kind: 'cursor', at: { revision: 1, row: 9_999_999, before: 0, state: 1, words: 'x', score: 1 } });
    await becomes(page, 'no mark', () => page.locator('.bin.marked').count(), (count) => count === 0);
    const asked = (await told(page, 'ask')).filter(({ method }) => method.endsWith('Histograms')).map(({ params }) => (params as { row?: number }).row);
    assert.equal(asked.at(-1), 9_999_999);
    await send(page, { kind: 'show', target: { kind: 'line', line: { uri: 'file:///x', line: row + 8 } } });
    await page.locator('.bin.marked').first().waitFor();
    await page.locator('#tab-rows').click();
    await page.locator('.tab.rows .row').nth(1).click();
    await page.locator('vscode-button', { hasText: 'Replay its trace' }).click();
    await page.locator('.tab.replay .step-numbers b').waitFor();
    const replayed = (await told(page, 'ask')).filter(({ method }) => method.endsWith('Replay')).map(({ params }) => (params as { row: number }).row)[0];
    await becomes(page, 'the replayed row', async () => (await told(page, 'ask')).filter(({ method }) => method.endsWith('Histograms')).map(({ params }) => (params as { row?: number }).row).at(-1), (last) => last === replayed);
  });

  it('as tables: the same numbers, ranges lead to rows, and the choice outlives a reload', async () => {
    const page = await opened(atState(1)), bar = histogram(page, 'source bytes').locator('.bin').nth(7), number = await bar.getAttribute('data-bin'), rows = await captureRows(bar);
    await page.locator('vscode-checkbox', { hasText: 'As table' }).click();
    const row = page.locator('.histogram-table[data-field="source bytes"] tr', { has: page.locator(`[data-bin="${number}"]`) });
    assert.equal(Number((await row.locator('td').nth(1).innerText()).replaceAll(',', '')), rows);
    assert.equal(await page.locator('.histogram').count(), 0);
    await page.waitForTimeout(400); // it keeps its state a moment later
    await page.reload();
    await page.locator('.histogram-table').first().waitFor();
    await page.locator(`.histogram-table[data-field="source bytes"] [data-bin="${number}"]`).click();
    assert.equal(await listed(page), rows);
  });

  it('brushed rows alone are counted', async () => {
    const page = await opened(atState(1)), legend = page.locator('.numbers-legend'), before = await legend.innerText();
    await send(page, { kind: 'brush', selection: { time: [1_700_000_000, 1_700_020_000] } });
    const rows = (text: string): number => Number((/capture here, ([\d,]+)/.exec(text)?.[1] ?? '').replaceAll(',', ''));
    await becomes(page, 'fewer rows', () => legend.innerText(), (text) => rows(text) < rows(before));
  });

  it('nothing is shown where there are no numbers; a failure is said and can be asked for again', async () => {
    const none = await pages.open('automaton', { states: 30, edges: 60, target: atState(1) });
    await panel(none).getByText('Baseline visits').waitFor();
    await becomes(none, 'the answer', async () => (await told(none, 'ask')).some(({ method }) => method.endsWith('Histograms')), (asked) => asked);
    await none.waitForTimeout(200);
    assert.ok(await none.locator('.numbers').isHidden());
    const broken = await pages.open('automaton', { states: 30, edges: 60, numbers: 1, fail: 'automatonStateHistograms', target: atState(1) });
    await becomes(broken, 'the failure', () => broken.locator('.numbers').innerText(), (text) => text.includes('not known'));
    const before = (await told(broken, 'ask')).length;
    await broken.locator('.numbers .link').click();
    await becomes(broken, 'another question', async () => (await told(broken, 'ask')).length, (count) => count > before);
  });
});
