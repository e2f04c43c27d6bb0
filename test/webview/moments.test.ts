import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { emptyFor } from '../../webview/ui/emptyState';
import { selectionText } from '../../webview/ui/groupings';
import { moment, parseMoment, span, timeTicks } from '../../webview/ui/moments';

describe('pages: times', () => {
  it('tells dates, and seconds of logs that count from their start', () => {
    for (const [seconds, text] of [[1_700_000_000, '2023-11-14 22:13:20'], [1_700_000_000.25, '2023-11-14 22:13:20.250'], [12_345.5, '12,345.5 s'], [0, '0 s'], [NaN, 'NaN s']] as const) assert.equal(moment(seconds), text);
  });

  it('tells a span without repeating what is the same', () => {
    for (const [range, text] of [[[1_700_000_000, 1_700_000_060.7], '2023-11-14 22:13:20 to 22:14:20'], [[1_700_000_000, 1_700_090_000], '2023-11-14 22:13:20 to 2023-11-15 23:13:20'], [[5, 5], '5 s'], [[5, 9.5], '5 s to 9.5 s'], [[1_700_000_000, 1_700_000_001.5], '2023-11-14 22:13:20 to 22:13:21.500']] as const) assert.equal(span(range), text);
  });

  it('reads what it tells, and what people type', () => {
    for (const [text, seconds] of [['2023-11-14 22:13:20', 1_700_000_000], ['2023-11-14T22:13:20Z', 1_700_000_000], ['2023-11-14 23:13:20+01:00', 1_700_000_000], ['2023-11-14', 1_699_920_000], ['12,345.5 s', 12_345.5], ['90', 90], ['', undefined], ['yesterday', undefined], ['2023-13-40', undefined]] as const) assert.equal(parseMoment(text), seconds);
    fc.assert(fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => assert.ok(Math.abs(parseMoment(moment(ms / 1000))! - ms / 1000) < 1e-6)));
  });

  it('puts few round ticks on any span', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2e9 }), fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(1, 1000), fc.integer({ min: 1, max: 30 }), (start, size, unit, most) => {
      const from = start / unit, length = size / unit, slack = 1e-6;
      const ticks = timeTicks(from, from + length, most);
      assert.ok(ticks.length <= most + 1, `${ticks.length} ticks`);
      ticks.forEach(({ at }, i) => assert.ok(at >= from - slack && at <= from + length + slack && (i === 0 || at > ticks[i - 1].at)));
    }));
    assert.deepEqual(timeTicks(1_700_000_000, 1_700_172_800, 5).map(({ text }) => text), ['2023-11-15 00:00', '12:00', '2023-11-16 00:00', '12:00']);
    assert.deepEqual(timeTicks(0, 100, 4).map(({ text }) => text), ['0 s', '30 s', '60 s', '90 s']);
    assert.deepEqual(timeTicks(1_700_000_000, 1_700_000_000, 4).map(({ text }) => text), ['2023-11-14 22:13:20']);
  });

  it('tells a brush', () => {
    assert.equal(selectionText({ time: [1_700_000_000, 1_700_000_060], columns: { grouping: 'pair', order: 'first', filter: '', first: 2, last: 13 } }), '2023-11-14 22:13:20 to 22:14:20, 12 pairs (3 to 14)');
    assert.equal(selectionText({}), 'everything');
  });
});

describe('pages: nothing to show', () => {
  const check = (phase: Parameters<typeof emptyFor>[0]['phase'], findings: number, actions: readonly string[], passing = false): void => {
    const empty = emptyFor({ phase, text: 'text', detail: '', logs: 2, findings, memory: 0 });
    assert.deepEqual([empty.actions, empty.passing ?? false], [actions, passing]);
    assert.ok(empty.title !== '' && empty.text !== '');
  };

  it('says why, with the buttons that help', () => {
    check('indexed', 0, ['anomaline.investigate', 'anomaline.chooseBaseline']);
    check('ready', 0, ['anomaline.chooseBaseline', 'anomaline.score']);
    check('ready', 3, ['retry']);
    check('empty', 0, ['anomaline.showLog']);
    check('failed', 0, ['anomaline.showLog', 'anomaline.investigate']);
    for (const phase of ['starting', 'indexing', 'investigating', 'learning', 'scoring'] as const) check(phase, 0, [], true);
  });
});
