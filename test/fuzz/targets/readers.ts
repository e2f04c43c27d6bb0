import * as assert from 'node:assert/strict';
import type { Format, LogHeader } from '../../../server/core/formats/format';
import { formatById, recognise } from '../../../server/core/formats/registry';
import type { Rng } from '../../../server/core/util/rng';
import { randomBelow } from '../../../server/core/util/rng';
import { readIn, recognised, rowsOf } from '../../core/formats/reading';
import { samples } from '../../core/formats/samples';
import { byteMutations, mutated, splice } from '../mutate';
import type { FuzzTarget } from '../target';
import { rngOf } from '../target';

/** Readers on damaged logs never throw, lose the place, or depend on the chunks. The first byte of an input numbers the sample whose header is taken. */
export const readers: FuzzTarget = {
  name: 'readers',
  runs: 12_000,
  make(rng) {
    const sample = randomBelow(rng, samples.length);
    return splice(mutated(samples[sample][1], byteMutations, rng), 0, 0, Uint8Array.of(sample));
  },
  check(input) {
    if (input.length === 0) return;
    const bytes = input.subarray(1);
    const rng = rngOf(input);
    const { format, header } = recognised(samples[input[0] % samples.length][1]);
    checkChunks(format, header, bytes, rng);
    const own = recognise(bytes);
    if (own !== undefined) checkChunks(formatById(own.format) as Format, own, bytes, rng);
  },
};

function randomCuts(length: number, rng: Rng): number[] {
  return Array.from({ length: randomBelow(rng, 12) }, () => randomBelow(rng, length + 1)).sort((a, b) => a - b);
}

function checkChunks(format: Format, header: LogHeader, bytes: Uint8Array, rng: Rng): void {
  const whole = readIn(format, header, bytes, []);
  const pieces = readIn(format, header, bytes, randomCuts(bytes.length, rng), { batchRows: 1 + randomBelow(rng, 8) });
  const rows = rowsOf(whole.tables);
  assert.deepEqual([rowsOf(pieces.tables), pieces.problems, pieces.lines, pieces.rows, pieces.damaged], [rows, whole.problems, whole.lines, whole.rows, whole.damaged]);
  assert.equal(rows.length, whole.rows);
  const lines = bytes.filter((byte) => byte === 10).length + (bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? 1 : 0);
  assert.ok(whole.lines === lines || (whole.lines === lines - 1 && bytes.length === 3), 'every line is counted');
  const starts = bytes[0] === 35 ? 1 : 0;
  assert.ok(whole.rows + whole.damaged + starts <= lines, 'no line counts twice');
  let end = 0;
  for (const row of rows) {
    assert.ok((row['@start'] as number) >= end, 'rows come in order');
    end = (row['@start'] as number) + (row['@length'] as number);
    assert.ok(end <= bytes.length, 'rows lie in the file');
    assert.ok(!Object.values(row).some((value) => Number.isNaN(value)), 'no value is NaN');
    format.split(header, bytes.subarray(row['@start'] as number, end));
  }
  for (const problem of whole.problems) {
    if (problem.byteStart !== undefined) assert.ok(problem.byteStart >= 0 && (problem.byteEnd ?? 0) <= bytes.length && (problem.line ?? 0) < lines);
    assert.ok(problem.message !== '' && problem.next !== '');
  }
  for (const table of whole.tables) assert.equal(format.flow(header, table).rowCount, table.rowCount);
}
