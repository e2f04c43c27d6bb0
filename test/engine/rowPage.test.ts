import * as assert from 'node:assert/strict';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import { atOnce } from '../../server/core/util/slices';
import { rowPage, shownRows } from '../../server/engine/automaton/rowPage';
import type { ScoredCapture } from '../../server/engine/scoredCapture';

// More rows than are gathered before they are cut to the best.
const ROWS = 60_000;
const rng = mulberry32(3);
const columns: [string, (row: number) => number][] = [
  ['ascending', (row) => row], ['falling, which takes ranking all', (row) => -row], ['random', () => rng()], ['few different', () => randomBelow(rng, 4)],
  ['equal', () => 5], ['nearly ascending', (row) => row + 300 * rng()], ['two logs one after the other', (row) => row % (ROWS / 2)],
];

describe('page of the rows of a state', () => {
  const rows = Uint32Array.from({ length: ROWS }, (_, i) => i).filter((row) => row % 7 !== 0);
  for (const [name, value] of columns) {
    it(`of ${name} times and scores`, () => {
      const time = Float64Array.from({ length: ROWS }, (_, row) => value(row)), raw = Float32Array.from(time, (t) => -t);
      const capture = { rows: { time }, scores: { raw } } as unknown as ScoredCapture;
      for (const [order, of] of [['time', (row: number) => time[row]], ['score', (row: number) => -raw[row]]] as const) {
        const sorted = [...rows].sort((a, b) => of(a) - of(b) || a - b);
        for (const [start, count] of [[0, 100], [0, 0], [50, 10], [2_000, 48], [2_000, 49], [30_000, 100], [rows.length - 5, 100], [rows.length, 3]]) assert.deepEqual([...atOnce(rowPage(capture, rows, order, start, count))], sorted.slice(start, start + count), `${order} ${start} ${count}`);
      }
    });
  }

  it('counts the rows of a mask alone', () => {
    assert.deepEqual([...atOnce(shownRows(Uint32Array.of(1, 3, 4), Uint8Array.of(1, 0, 1, 1, 1)))], [3, 4]);
    assert.deepEqual([...atOnce(shownRows(Uint32Array.of(1, 3), undefined))], [1, 3]);
  });
});
