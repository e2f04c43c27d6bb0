import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import type { PageName } from '../../server/protocol/webview/messages';
import { drawn, panel, usePages } from './support';

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const serious = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe); // not by a script element: the policy of the page forbids it
  const { violations, passes } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  assert.ok(passes.length > 5, 'axe looked at nothing');
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`).join(' | ')}`);
};

describe('accessibility of the pages, by axe', function () {
  this.timeout(60_000);
  const pages = usePages();
  const ready: Readonly<Record<PageName, (page: Page) => Promise<void>>> = {
    automaton: drawn,
    rootCauses: (page) => page.locator('.causes-row.level1').first().waitFor(),
    timeline: (page) => page.locator('.side .row').first().waitFor(),
    training: (page) => page.locator('.side .row').first().waitFor(),
  };

  for (const theme of ['dark', 'light', 'contrast']) {
    for (const name of Object.keys(ready) as PageName[]) {
      it(`${name}, ${theme}: nothing serious`, async () => {
        const page = await pages.open(name, { theme });
        await ready[name](page);
        assert.deepEqual(await serious(page), []);
      });
    }

    it(`histograms of a state, as bars and as tables, ${theme}: nothing serious`, async () => {
      const page = await pages.open('automaton', { theme, states: 30, edges: 60, numbers: 1, target: JSON.stringify({ kind: 'line', line: { uri: 'file:///capture/day1/conn.log', line: 100 } }) });
      await drawn(page);
      await page.locator('.histogram .bin.marked').first().waitFor();
      assert.deepEqual(await serious(page), []);
      await page.locator('vscode-checkbox', { hasText: 'As table' }).click();
      await page.locator('.histogram-table').first().waitFor();
      assert.deepEqual(await serious(page), []);
    });

    it(`automaton with its panel and its table, ${theme}: nothing serious`, async () => {
      const page = await pages.open('automaton', { theme, target: JSON.stringify({ kind: 'state', state: 1 }) });
      await drawn(page);
      await panel(page).locator('dt, th, .bar, h3').first().waitFor();
      await page.locator('#tab-rows').click();
      await page.locator('.panel .tab.rows .row').first().waitFor();
      await page.locator('canvas.graph').press('t');
      await page.locator('.table .row').first().waitFor();
      assert.deepEqual(await serious(page), []);
    });
  }

  it('pages that have nothing to show: nothing serious', async () => {
    for (const name of Object.keys(ready) as PageName[]) {
      const page = await pages.open(name, { recording: 'none' });
      await page.locator('vscode-button:visible').first().waitFor();
      assert.deepEqual(await serious(page), [], name);
    }
  });

  it('everything of the automaton can be reached by Tab, and the focus is never lost', async () => {
    const page = await pages.open('automaton', { target: JSON.stringify({ kind: 'state', state: 1 }) });
    await drawn(page);
    const reached = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(() => { const at = document.activeElement; return at === null || at === document.body ? 'nothing' : `${at.tagName.toLowerCase()}.${at.className} ${at.getAttribute('aria-label') ?? at.textContent}`; }));
    }
    for (const part of ['canvas.graph', 'Find states', 'Colour by', 'Hide rare', 'Follow cursor', 'Export', 'Meaning', 'Close the panel', 'Width of the panel']) assert.ok([...reached].some((one) => one.includes(part)), `${part} among ${[...reached].join(', ')}`);
  });
});
