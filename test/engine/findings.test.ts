import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Scores } from '../../server/core/detectors/detector';
import { calibrate, commonScore, thresholdScore } from '../../server/core/detectors/scoring/calibration';
import { sequences } from '../../server/core/symbols/rows';
import { atOnce } from '../../server/core/util/slices';
import { baselineFault, baselineWords, fileMatcher, isSelf } from '../../server/engine/baseline';
import { bandOf, findFindings } from '../../server/engine/findings';
import type { BaselineChoice } from '../../server/protocol/baseline';

describe('findings', () => {
  const calibration = calibrate(Float64Array.from({ length: 1000 }, (_, i) => i / 100), { contamination: 0 });
  const row = fc.record({ entity: fc.nat({ max: 3 }), time: fc.nat({ max: 40 }), symbol: fc.nat({ max: 2 }), state: fc.nat({ max: 2 }), raw: fc.constantFrom(0, 3, 9.985, 10, 12, 20) });

  it('are the flagged rows of an entity that lie close together; groups are findings with one root cause', () => {
    fc.assert(fc.property(fc.array(row, { maxLength: 80 }), fc.constantFrom(0.5, 0.01, 0.001), (list, acceptance) => {
      const rows = { rowCount: list.length, entityCount: 4, entity: Uint32Array.from(list, (r) => r.entity), time: Float64Array.from(list, (r) => r.time), symbol: Uint32Array.from(list, (r) => r.symbol) };
      const { order, starts } = sequences(rows);
      const scores: Scores = { raw: Float32Array.from(list, (r) => r.raw), state: Uint32Array.from(list, (r) => r.state), order, starts, notes: [], explain: () => assert.fail() };
      const found = atOnce(findFindings(rows, scores, calibration, thresholdScore(acceptance), (state, symbol) => `${state}:${symbol}`));

      const flagged = list.map((_, i) => i).filter((i) => commonScore(calibration, Math.fround(list[i].raw)) >= thresholdScore(acceptance));
      assert.deepEqual([...found.rows], flagged);
      const expected: number[][] = [];
      for (let e = 0; e < 4; e++) {
        const own = [...order.subarray(starts[e], starts[e + 1])];
        let last = -Infinity;
        own.forEach((r, position) => {
          if (!flagged.includes(r)) return;
          if (position - last >= 10) expected.push([]);
          expected[expected.length - 1].push(r);
          last = position;
        });
      }
      const members = Array.from(found.worstRow, (_, f) => [...found.members.subarray(found.starts[f], found.starts[f + 1])]);
      assert.deepEqual(members, expected);
      members.forEach((own, f) => {
        assert.ok(own.every((r) => list[r].entity === found.entity[f] && list[r].raw <= list[found.worstRow[f]].raw) && own.includes(found.worstRow[f]));
        const worst = list[found.worstRow[f]], group = found.groups[found.group[f]];
        assert.equal(group.key, `${worst.state}:${worst.symbol}`);
        assert.ok(group.findings.includes(f) && group.score >= found.worstScore[f]);
      });
      found.rows.forEach((r, at) => assert.ok(members[found.findingOf[at]].includes(r)));
      assert.equal(found.groups.reduce((n, g) => n + g.rows, 0), flagged.length);
      assert.deepEqual(found.groups.flatMap((g) => g.findings).sort((a, b) => a - b), members.map((_, f) => f));
      assert.equal(new Set(found.groups.map((g) => g.key)).size, found.groups.length);
    }), { numRuns: 200 });
  });

  it('bands are by decades beyond the threshold', () => {
    const threshold = thresholdScore(0.001);
    for (const [p, band] of [[0.001, 'low'], [2e-4, 'low'], [9e-5, 'medium'], [2e-5, 'medium'], [9e-6, 'high'], [1e-12, 'high']] as const) assert.equal(bandOf(thresholdScore(p), threshold), band, String(p));
  });
});

describe('choice of a baseline', () => {
  const cases: { choice: BaselineChoice; words: string; self: boolean; fault?: RegExp }[] = [
    { choice: {}, words: 'the capture itself', self: true }, { choice: { self: true, files: ['x'] }, words: 'the capture itself', self: true },
    { choice: { files: ['day1/**', 'a.log'] }, words: 'day1/**, a.log', self: false }, { choice: { label: { column: 'label', matches: 'Benign' } }, words: 'all logs where label is Benign', self: false },
    { choice: { from: 10, to: 20, share: 0.25 }, words: 'all logs from 10 before 20 first 25 %', self: false }, { choice: { share: 1 }, words: 'all logs', self: false },
    { choice: { from: NaN }, words: 'all logs from NaN', self: false, fault: /"from" is a time in seconds/ }, { choice: { share: 1.5 }, words: 'all logs', self: false, fault: /"share"/ },
  ];
  for (const { choice, words, self, fault } of cases) {
    it(`${JSON.stringify(choice)} is ${words}`, () => {
      assert.deepEqual([baselineWords(choice), isSelf(choice)], [words, self]);
      if (fault) assert.match(baselineFault(choice) ?? '', fault);
      else assert.equal(baselineFault(choice), undefined);
    });
  }

  const globs: { files: string[] | undefined; path: string; matches: boolean }[] = [
    { files: undefined, path: 'a/b.log', matches: true }, { files: [], path: 'a/b.log', matches: true }, { files: ['a/**'], path: 'a/x/b.log', matches: true }, { files: ['a/*'], path: 'a/x/b.log', matches: false },
    { files: ['b.log'], path: 'a/x/b.log', matches: true }, { files: ['conn*'], path: 'day1/conn.10-11.log.gz', matches: true }, { files: ['**/day1/**'], path: 'day1/b.log', matches: true }, { files: ['x', 'a/b.log'], path: 'a/b.log', matches: true },
  ];
  for (const { files, path, matches } of globs) it(`${JSON.stringify(files)} ${matches ? 'takes' : 'leaves'} ${path}`, () => assert.equal(fileMatcher(files ? { files } : {})({ path: `/r/${path}`, relative: path, bytes: 1, modified: 0 }), matches));
});
