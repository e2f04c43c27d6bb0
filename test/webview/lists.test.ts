import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { Page, PageParams } from '../../server/protocol/places';
import { contrast, divergingColour, type Ground, parseColour, sequentialColour } from '../../webview/ui/colours';
import { counted, cut, duration, percent, shortCount, time } from '../../webview/ui/format';
import { PagedItems } from '../../webview/ui/pagedItems';
import { scrollTo, windowing } from '../../webview/ui/windowing';

describe('windowed lists', () => {
  const lists = fc.record({ total: fc.oneof(fc.nat(1000), fc.nat(20_000_000)), rowHeight: fc.integer({ min: 18, max: 60 }), viewport: fc.integer({ min: 50, max: 1200 }) });
  it('fill the box with rows', () => fc.assert(fc.property(lists, fc.double({ min: 0, max: 1, noNaN: true }), ({ total, rowHeight, viewport }, share) => {
    const most = Math.max(0, Math.min(total * rowHeight, 8_000_000) - viewport), at = most * share, { first, end, offset } = windowing(total, rowHeight, viewport, at);
    assert.ok(first >= 0 && end <= total && (end - first) * rowHeight <= viewport + 10 * rowHeight);
    if (total * rowHeight >= viewport) assert.ok(offset <= at + 1 && offset + (end - first) * rowHeight >= at + viewport - 1, 'a gap');
  })));
  it('bring any row into sight', () => fc.assert(fc.property(lists, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ total, rowHeight, viewport }, share) => {
    fc.pre(total > 0);
    const row = Math.floor(total * share), { first, end } = windowing(total, rowHeight, viewport, scrollTo(row, total, rowHeight, viewport, 0), 1);
    assert.ok(row >= first && row < end, `${row} is not in ${first} to ${end}`);
  })));
});

describe('pages of items', () => {
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const list = (total: number): { asked: PageParams[]; ask: (params: PageParams) => Promise<Page<number>> } => {
    const asked: PageParams[] = [];
    return { asked, ask: (params) => { asked.push(params); return Promise.resolve({ total, items: Array.from({ length: Math.max(0, Math.min(params.count, total - params.start)) }, (_, i) => params.start + i) }); } };
  };
  it('are asked for once', async () => {
    const { asked, ask } = list(250);
    let changes = 0;
    const items = new PagedItems(ask, () => changes++);
    items.want(90, 110);
    items.want(95, 105);
    await settle();
    items.want(90, 110);
    assert.deepEqual(asked, [{ start: 0, count: 100 }, { start: 100, count: 100 }]);
    assert.deepEqual([items.at(0), items.at(109), items.at(249), items.total, changes], [0, 109, undefined, 250, 2]);
  });
  it('of an empty list are asked for, too', async () => {
    const { ask } = list(0), items = new PagedItems(ask, () => undefined);
    items.want(0, 0);
    await settle();
    assert.equal(items.total, 0);
  });
  it('that failed are asked for again', async () => {
    let tries = 0, failures = 0;
    const items = new PagedItems(() => (++tries === 1 ? Promise.reject(new Error('no')) : Promise.resolve({ total: 1, items: ['a'] })), () => undefined, () => failures++);
    items.want(0, 1);
    await settle();
    items.want(0, 1);
    await settle();
    assert.deepEqual([items.at(0), failures], ['a', 1]);
  });
  it('that come after a reset are dropped', async () => {
    const answers: ((page: Page<string>) => void)[] = [], items = new PagedItems<string>(() => new Promise((resolve) => answers.push(resolve)), () => undefined);
    items.want(0, 1);
    items.reset();
    answers[0]({ total: 1, items: ['old'] });
    answers[1]({ total: 1, items: ['new'] });
    await settle();
    assert.equal(items.at(0), 'new');
  });
});

describe('words for numbers', () => {
  const cases: readonly (readonly [string, string])[] = [
    [counted(1, 'state'), '1 state'], [counted(3080, 'state'), '3,080 states'], [counted(2, 'match', 'matches'), '2 matches'], [shortCount(999), '999'], [shortCount(12_034), '12K'], [percent(0.1234), '12.3 %'], [percent(0.0001), '< 0.1 %'], [percent(0), '0 %'],
    [time(1_700_000_000), '2023-11-14 22:13:20'], [time(1_700_000_000.25), '2023-11-14 22:13:20.250'], [time(NaN), '–'], [duration(0.2), '0.2 s'], [duration(97_200), '1 d 3 h'], [duration(2700), '45 min'], [cut('abcdef', 4), 'abc…'], [cut('abc', 4), 'abc'],
  ];
  for (const [is, wanted] of cases) it(wanted, () => assert.equal(is, wanted));
});

describe('colours', () => {
  it('are read as themes write them', () => {
    for (const [text, wanted] of [['#fff', [255, 255, 255]], ['#0078d4', [0, 120, 212]], ['#ffffff1a', [255, 255, 255]], [' rgb(1, 2, 3)', [1, 2, 3]], ['rgba(1, 2, 3, 0.5)', [1, 2, 3]], ['', undefined], ['red', undefined]] as const) assert.deepEqual(parseColour(text), wanted, text);
  });
  const grounds: readonly (readonly [Ground, readonly [number, number, number]])[] = [['dark', [31, 31, 31]], ['dark', [0, 0, 0]], ['light', [255, 255, 255]]];
  for (const [ground, background] of grounds) it(`stand out from a ${ground} ground of ${background.join(' ')}`, () => {
    for (let i = 0; i <= 20; i++) for (const colour of [divergingColour(i / 10 - 1, ground), sequentialColour(i / 20, ground)]) assert.ok(contrast(colour, background) >= 2.5, `${colour.join(' ')}: ${contrast(colour, background)}`);
    for (const end of [-1, 1]) assert.ok(contrast(divergingColour(end, ground), background) >= 3);
  });
  it('of the ends are told apart without red and green', () => {
    for (const ground of ['dark', 'light'] as const) { const [low, high] = [divergingColour(-1, ground), divergingColour(1, ground)]; assert.ok(high[0] - low[0] > 100 && low[2] - high[2] > 100); }
  });
});
