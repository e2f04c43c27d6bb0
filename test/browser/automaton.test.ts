import * as assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { becomes, drawn, panel, send, sentence, tells, told, usePages } from './support';

const shownOf = (text: string): number => Number((/([\d,]+) of/.exec(text)?.[1] ?? /All ([\d,]+)/.exec(text)?.[1] ?? '').replaceAll(',', ''));
const selected = async (page: Page): Promise<number> => {
  await panel(page).waitFor();
  return Number(await panel(page).getAttribute('data-state'));
};
const find = async (page: Page, words: string): Promise<void> => {
  await page.locator('.search input').fill(words);
  await page.locator('.search-results .row').first().waitFor();
};

describe('automaton page in a browser', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('says how many of its states are shown, and shows more when asked to', async () => {
    const page = await pages.open('automaton', { states: 3000, edges: 9000 });
    const before = await becomes(page, 'the sentence', () => sentence(page), (text) => text.includes('of 3,000 states shown'));
    assert.equal(shownOf(before), Number(await page.locator('canvas.graph').getAttribute('data-states')));
    await page.locator('vscode-text-field[aria-label="States shown at most"] input').fill('800');
    await page.keyboard.press('Enter');
    const after = await becomes(page, 'more states', () => sentence(page), (text) => shownOf(text) > shownOf(before));
    assert.ok(shownOf(after) <= 800 && after.includes('of 3,000 states shown'));
    assert.equal(shownOf(after), Number(await page.locator('canvas.graph').getAttribute('data-states')));
  });

  it('the slider hides rare transitions and says how many', async () => {
    const page = await pages.open('automaton');
    await drawn(page);
    const slider = page.locator('input[type=range]');
    await slider.fill('0');
    await becomes(page, 'nothing hidden', () => sentence(page), (text) => !text.includes('hidden'));
    await slider.fill('30');
    const text = await becomes(page, 'hidden transitions', () => sentence(page), (said) => /\d+ of [\d,]+ transitions between them hidden/.test(said));
    const [, hidden, all] = /([\d,]+) of ([\d,]+) transitions/.exec(text)!.map((part) => Number(part.replaceAll(',', '')));
    assert.ok(hidden > 0 && hidden < all);
    assert.match(await slider.getAttribute('aria-valuetext') ?? '', /%/);
  });

  it('search finds a state that is not shown, selects it and shows it', async () => {
    const page = await pages.open('automaton', { states: 3000, edges: 9000 });
    await drawn(page);
    await page.locator('canvas.graph').press('/');
    await find(page, '2987');
    await page.keyboard.press('Enter');
    assert.equal(await selected(page), 2987);
    assert.match(await sentence(page), /what was looked for/);
    await becomes(page, 'its meaning', () => panel(page).innerText(), (text) => text.includes('Baseline visits'));
  });

  it('search by keys: Down goes into the list, Escape leaves; nothing found is said', async () => {
    const page = await pages.open('automaton');
    await drawn(page);
    await find(page, 'http');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const second = await page.locator('.search-results .row').nth(1).getAttribute('data-state');
    await page.keyboard.press('Enter');
    assert.equal(await selected(page), Number(second));
    await page.locator('.search input').fill('no such words');
    await becomes(page, 'what is said', () => page.locator('.search-said').innerText(), (text) => text.includes('Nothing matches'));
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('.search-results').isHidden());
  });

  it('arrow keys walk along transitions, a click selects what is under the pointer, Escape lets go', async () => {
    const page = await pages.open('automaton', { states: 30, edges: 40 });
    await drawn(page);
    await page.locator('canvas.graph').focus();
    await page.keyboard.press('ArrowRight');
    const first = await selected(page);
    await page.keyboard.press('ArrowRight');
    await becomes(page, 'the next state', () => selected(page), (state) => state !== first);
    await page.keyboard.press('Escape');
    await becomes(page, 'the panel', () => page.locator('.panel').isHidden(), (hidden) => hidden);
    // The pointer tells what state is below it; the click selects that one.
    const box = (await page.locator('canvas.graph').boundingBox())!, tooltip = page.locator('.tooltip b');
    let hit: number | undefined;
    for (let y = box.y + box.height / 2; hit === undefined && y > box.y; y -= 14) for (let x = box.x + 10; hit === undefined && x < box.x + box.width; x += 14) {
      await page.mouse.move(x, y);
      await page.waitForTimeout(75); // longer than the pointer rests
      if (await tooltip.isVisible()) hit = Number(/^State (\d+)$/.exec(await tooltip.innerText())?.[1] ?? NaN) || undefined;
    }
    assert.ok(hit !== undefined, 'no state was found under the pointer');
    await page.mouse.down();
    await page.mouse.up();
    assert.equal(await selected(page), hit);
  });

  it('expand shows neighbours, collapse hides what is behind, back and forward walk through what was selected', async () => {
    const page = await pages.open('automaton', { states: 3000, edges: 9000 });
    await drawn(page);
    const before = shownOf(await sentence(page));
    await find(page, '5');
    await page.keyboard.press('Enter');
    await page.locator('canvas.graph').press('e');
    const more = shownOf(await becomes(page, 'more states', () => sentence(page), (text) => shownOf(text) > before));
    await page.locator('canvas.graph').press('c');
    await becomes(page, 'fewer states', () => sentence(page), (text) => shownOf(text) < more && text.includes('hidden behind'));
    await find(page, '7');
    await page.keyboard.press('Enter');
    await becomes(page, 'state 7', () => selected(page), (state) => state === 7);
    await page.keyboard.press('Alt+ArrowLeft');
    await becomes(page, 'back', () => selected(page), (state) => state === 5);
    await page.keyboard.press('Alt+ArrowRight');
    await becomes(page, 'forward', () => selected(page), (state) => state === 7);
  });

  it('rows of a state are listed, and a click jumps to the line without moving the focus', async () => {
    const page = await pages.open('automaton', { target: JSON.stringify({ kind: 'state', state: 1 }) });
    assert.equal(await selected(page), 1);
    await page.locator('#tab-rows').click();
    const row = page.locator('.panel .tab.rows .row').first();
    await row.click();
    const { place, keepFocus } = await tells(page, 'jump');
    assert.ok(keepFocus && place.endCharacter > place.startCharacter && place.uri.startsWith('file:'));
    assert.ok((await row.innerText()).includes(`:${place.line + 1}`), 'the row says the line it leads to');
  });

  it('a cursor in a log selects its state, and nothing is told back', async () => {
    const page = await pages.open('automaton');
    await drawn(page);
    await send(page, { kind: 'cursor', at: { revision: 1, row: 4, before: 0, state: 9, words: 'x', score: 1 } });
    assert.equal(await selected(page), 9);
    await send(page, { kind: 'cursor', at: { revision: 99, row: 4, before: 0, state: 3, words: 'x', score: 1 } });
    await page.waitForTimeout(300);
    assert.equal(await selected(page), 9, 'of another revision: left alone');
    assert.deepEqual([await told(page, 'jump'), await told(page, 'open')], [[], []]);
  });

  it('the colour of another overlay and its legend', async () => {
    const page = await pages.open('automaton');
    await drawn(page);
    const before = await page.locator('[data-hook=legend]').innerText();
    await page.locator('vscode-dropdown[aria-label="Colour by"]').click();
    await page.locator('vscode-option', { hasText: /^Baseline/ }).click();
    await becomes(page, 'the legend', () => page.locator('[data-hook=legend]').innerText(), (text) => text !== before);
  });

  it('the table holds all states, sorts and filters, and selects what the graph shows', async () => {
    const page = await pages.open('automaton', { states: 3000, edges: 9000 });
    await drawn(page);
    await page.locator('canvas.graph').press('t');
    const rows = page.locator('.table .row');
    await rows.first().waitFor();
    assert.match(await page.locator('.table .toolbar').innerText(), /3,000 of 3,000 states/);
    assert.ok(await rows.count() < 200, 'rows in sight only');
    await page.locator('.table .columnheader, .table [role=columnheader]', { hasText: 'Capture' }).locator('button').click();
    const visits = async (): Promise<number[]> => (await rows.locator('.cell.capture').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
    const sorted = await becomes(page, 'the order', visits, (list) => list[0] > 0);
    assert.deepEqual(sorted, [...sorted].sort((a, b) => b - a));
    await page.locator('.table [role=grid]').focus();
    await page.keyboard.press('ArrowDown');
    const state = Number(await rows.first().getAttribute('data-state'));
    assert.equal(await selected(page), state);
    await page.locator('vscode-text-field[aria-label^="Filter states"] input').fill('ssh');
    await becomes(page, 'the filter', () => page.locator('.table .toolbar').innerText(), (text) => /^[1-9][\d,]* of 3,000 states/m.test(text) && !text.includes('3,000 of'));
  });

  for (const [kind, text, begin] of [['svg', 'SVG picture', /^<svg|^<\?xml/], ['png', 'PNG picture', undefined], ['dot', 'DOT (Graphviz)', /^\/\/ .*\ndigraph automaton \{/], ['json', 'JSON data', /^\{/]] as const) {
    it(`exports what is shown as ${kind}`, async () => {
      const page = await pages.open('automaton', { states: 40, edges: 60 });
      await drawn(page);
      await page.locator('vscode-dropdown[aria-label="Export what is shown"]').click();
      await page.locator('vscode-option', { hasText: text }).click();
      const { file: { name, content } } = await tells(page, 'export');
      assert.ok(name.endsWith(`.${kind}`), name);
      if (begin) assert.match(String(content).slice(0, 300), begin);
      else assert.deepEqual(content, [137, 80, 78, 71, 13, 10, 26, 10]);
      if (kind === 'json') JSON.parse(String(content));
    });
  }

  it('keeps choice, overlay, selection and mode over a reload', async () => {
    const page = await pages.open('automaton', { states: 3000, edges: 9000 });
    await drawn(page);
    await find(page, '2987');
    await page.keyboard.press('Enter');
    assert.equal(await selected(page), 2987);
    await page.locator('canvas.graph').press('t');
    const before = await sentence(page);
    await page.waitForTimeout(400); // it keeps its state a moment later
    await page.reload();
    assert.equal(await selected(page), 2987);
    assert.equal(await becomes(page, 'the sentence', () => sentence(page), (text) => text === before), before);
    assert.ok(await page.locator('.table').isVisible());
  });

  it('follows the switch of its box, and the brush of the timeline', async () => {
    const page = await pages.open('automaton');
    await drawn(page);
    assert.deepEqual(await told(page, 'follow'), [], 'opening it tells nothing');
    await page.locator('vscode-checkbox', { hasText: 'Follow cursor' }).click();
    assert.equal((await tells(page, 'follow')).on, false);
    await send(page, { kind: 'brush', selection: { time: [1_700_000_000, 1_700_010_000] } });
    const chip = page.locator('.chips').getByText(/Brushed/);
    await chip.waitFor();
    await page.locator('.chips button, .chips vscode-button').first().click();
    assert.equal((await tells(page, 'brush')).selection, null);
  });
});

describe('automaton page in a browser, bad input', function () {
  this.timeout(90_000);
  const pages = usePages();
  const text = (page: Page) => page.locator('body').innerText();

  it('no model: says so, and offers to investigate', async () => {
    const page = await pages.open('automaton', { recording: 'none' });
    await becomes(page, 'the reason', () => text(page), (said) => said.includes('No model yet'));
    await page.locator('vscode-button', { hasText: 'Investigate' }).click();
    assert.equal((await tells(page, 'command')).command, 'anomaline.investigate');
  });

  it('a server that fails: says why, and asks again when told to', async () => {
    const page = await pages.open('automaton', { recording: 'broken' });
    await becomes(page, 'the failure', () => text(page), (said) => said.includes('could not be read'));
    const before = (await told(page, 'ask')).length;
    await page.locator('vscode-button', { hasText: 'Try again' }).click();
    await becomes(page, 'another question', async () => (await told(page, 'ask')).length, (count) => count > before);
  });

  it('no states, one state, nothing scored', async () => {
    const none = await pages.open('automaton', { states: 0, edges: 0, rows: 0 });
    await becomes(none, 'no states', () => text(none), (said) => /no states/.test(said));
    const one = await pages.open('automaton', { states: 1, edges: 0, rows: 0 });
    await becomes(one, 'one state', () => sentence(one), (said) => said.includes('The one state is shown'));
    const unscored = await pages.open('automaton', { rows: 0 });
    await becomes(unscored, 'nothing scored', () => sentence(unscored), (said) => /scored/.test(said));
  });

  it('a panel that gets no answer says so and can be asked again', async () => {
    const page = await pages.open('automaton', { fail: 'automatonState', target: JSON.stringify({ kind: 'state', state: 1 }) });
    await becomes(page, 'the failure', () => panel(page).innerText(), (said) => said.includes('did not answer'));
    await becomes(page, 'the graph', () => page.locator('canvas.graph').getAttribute('data-states'), (states) => Number(states) > 1);
  });

  it('a state with 100,000 transitions is shown, and the page answers keys', async () => {
    const page = await pages.open('automaton', { states: 400, fan: 100_000, target: JSON.stringify({ kind: 'state', state: 1 }) });
    assert.equal(await selected(page), 1);
    await page.locator('#tab-transitions').click();
    assert.ok((await becomes(page, 'its transitions', () => panel(page).innerText(), (said) => said.includes('tcp') || said.includes('port'))).length < 50_000, 'a part of them');
    await page.locator('canvas.graph').press('Escape');
    await becomes(page, 'the panel', () => page.locator('.panel').isHidden(), (hidden) => hidden);
  });

  it('reloaded while it lays out, and changed while answers are under way: the last state of things is shown once', async () => {
    const page = await pages.open('automaton', { states: 1000, edges: 3000, delay: 60 });
    await page.waitForTimeout(250);
    await page.reload();
    await page.waitForTimeout(150);
    for (let i = 0; i < 4; i++) { await send(page, { kind: 'changed' }); await page.waitForTimeout(40); }
    await drawn(page);
    assert.match(await sentence(page), /of 1,000 states shown/);
    assert.equal(await page.locator('canvas.graph').count(), 1);
    assert.equal(await page.locator('body > .message').count(), 0);
  });

  it('a target that comes while it still loads is shown once it is there', async () => {
    const page = await pages.open('automaton', { delay: 150 });
    await send(page, { kind: 'show', target: { kind: 'state', state: 12 } });
    assert.equal(await selected(page), 12);
  });

  it('a state that is not there any more is said', async () => {
    const page = await pages.open('automaton', { states: 30 });
    await drawn(page);
    await send(page, { kind: 'show', target: { kind: 'state', state: 4000 } });
    await becomes(page, 'what is said', () => page.locator('.progress').innerText(), (said) => said.includes('There is no state 4000'));
  });
});
