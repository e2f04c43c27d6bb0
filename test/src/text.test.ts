import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { baselineText, bytesText, count, findingDescription, groupDescription, parseTime, timeText, viewDescription } from '../../src/text';

describe('src/text', () => {
  const same = <T>(name: string, cases: readonly (readonly [T, unknown])[], made: (input: T) => unknown) =>
    cases.forEach(([input, wanted]) => it(`${name} ${JSON.stringify(input)} is ${JSON.stringify(wanted)}`, () => assert.deepEqual(made(input), wanted)));

  same('count', [[0, '0 lines'], [1, '1 line'], [12345, '12,345 lines']], (n) => count(n, 'line'));
  same('bytesText', [[0, '0 MB'], [340e6, '340 MB'], [1.25e9, '1.3 GB']], bytesText);
  same('timeText', [[0.5, '0.500 s'], [1772409600, '2026-03-02 00:00:00'], [1e300, '1e+300 s']], timeText);
  same('parseTime', [
    ['12.5', 12.5], ['-3', -3], ['2026-03-02', 1772409600], [' 2026-03-02 00:00:01 ', 1772409601], ['2026-03-02T01:00+01:00', 1772409600], ['2026-03-02T00:00:00.5Z', 1772409600.5],
    ['2026-13-02', undefined], ['yesterday', undefined], ['', undefined], ['1e5', undefined], ['2026-03-02 25:00', undefined],
  ], parseTime);
  same('baselineText', [
    [{}, 'the capture itself'], [{ self: true }, 'the capture itself'], [{ files: ['day1/**', 'a.log'] }, 'day1/**, a.log'],
    [{ from: 0, to: 60 }, 'from 0.000 s, until 60.000 s'], [{ label: { column: 'label', matches: 'Benign' }, share: 0.5 }, 'label is Benign, first 50 %'],
  ], baselineText);

  it('a whole second comes back from its text', () => fc.assert(fc.property(fc.integer({ min: 1e8, max: 4e9 }), (seconds) => assert.equal(parseTime(timeText(seconds)), seconds)), { seed: 7 }));

  it('describes groups, findings and the view', () => {
    const place = { uri: 'file:///x', line: 0, startCharacter: 0, endCharacter: 1 };
    assert.equal(groupDescription({ id: 'g', state: 1, text: '', findings: 2, rows: 1, entities: 1, score: 97.4, band: 'high' }), '97 · 2 findings · 1 line · 1 entity');
    assert.equal(findingDescription({ id: 'f', entity: '', rows: 3, score: 50, band: 'low', timeSpan: [1772409600, 1772409601], place }), '50 · 3 lines · 2026-03-02 00:00:00');
    assert.equal(viewDescription(1, 'newest', 'ssh'), '1 root cause · newest first · with "ssh"');
    assert.equal(viewDescription(3, 'score', ''), '3 root causes · by score');
  });
});
