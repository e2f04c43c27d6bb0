import * as assert from 'node:assert/strict';
import { formatById, recognise } from '../../server/core/formats/registry';
import type { Format, LogHeader } from '../../server/core/formats/format';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import type { Rng } from '../../server/core/util/rng';
import { readIn, recognised, rowsOf } from '../core/formats/reading';
import { samples } from '../core/formats/samples';

const MUTATIONS = 12_000;

type Mutation = (bytes: Uint8Array, rng: Rng) => Uint8Array;

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + remove)]);
}

const SEPARATORS = [9, 10, 13, 32, 34, 44, 45, 58, 92, 123, 124, 125];

const MUTATE: readonly Mutation[] = [
  function flip(bytes, rng) {
    const next = bytes.slice();
    for (let n = 1 + randomBelow(rng, 8); n > 0; n--) next[randomBelow(rng, next.length)] ^= 1 << randomBelow(rng, 8);
    return next;
  },
  function truncate(bytes, rng) {
    return bytes.slice(0, randomBelow(rng, bytes.length + 1));
  },
  function behead(bytes, rng) {
    return bytes.slice(randomBelow(rng, bytes.length + 1));
  },
  function insertNuls(bytes, rng) {
    return splice(bytes, randomBelow(rng, bytes.length), 0, new Uint8Array(1 + randomBelow(rng, 20)));
  },
  function duplicate(bytes, rng) {
    const from = randomBelow(rng, bytes.length);
    return splice(bytes, randomBelow(rng, bytes.length), 0, bytes.slice(from, from + randomBelow(rng, 300)));
  },
  function swapSeparators(bytes, rng) {
    const from = SEPARATORS[randomBelow(rng, SEPARATORS.length)];
    const to = SEPARATORS[randomBelow(rng, SEPARATORS.length)];
    const share = rng();
    return bytes.map((byte) => (byte === from && rng() < share ? to : byte));
  },
  function remove(bytes, rng) {
    return splice(bytes, randomBelow(rng, bytes.length), randomBelow(rng, 200), new Uint8Array(0));
  },
  function noise(bytes, rng) {
    return splice(bytes, randomBelow(rng, bytes.length), randomBelow(rng, 40), Uint8Array.from({ length: randomBelow(rng, 60) }, () => randomBelow(rng, 256)));
  },
];

function randomCuts(length: number, rng: Rng): number[] {
  return Array.from({ length: randomBelow(rng, 12) }, () => randomBelow(rng, length + 1)).sort((a, b) => a - b);
}

function check(format: Format, header: LogHeader, bytes: Uint8Array, rng: Rng): void {
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

describe('readers on damaged logs', () => {
  for (const [index, [name, bytes]] of samples.entries()) {
    it(`${name}: never throw, lose the place, or depend on the chunks`, () => {
      const rng = mulberry32(1000 + index);
      const original = recognised(bytes);
      for (let n = 0; n < MUTATIONS / samples.length; n++) {
        const seed = Math.floor(rng() * 2 ** 32);
        const own = mulberry32(seed);
        let damaged = bytes;
        for (let times = 1 + randomBelow(own, 3); times > 0 && damaged.length > 0; times--) damaged = MUTATE[randomBelow(own, MUTATE.length)](damaged, own);
        try {
          check(original.format, original.header, damaged, own);
          const header = recognise(damaged);
          if (header !== undefined) check(formatById(header.format) as Format, header, damaged, own);
        } catch (error) {
          throw new Error(`mutation ${seed} of ${name}: ${JSON.stringify(new TextDecoder().decode(damaged))}`, { cause: error });
        }
      }
    }).timeout(15_000);
  }

  it('random bytes and random text are no log', () => {
    const rng = mulberry32(9);
    for (let n = 0; n < 2000; n++) {
      const printable = rng() < 0.5;
      const bytes = Uint8Array.from({ length: randomBelow(rng, 400) }, () => (printable ? [10, 9, 44, 32][randomBelow(rng, 12)] ?? 33 + randomBelow(rng, 90) : randomBelow(rng, 256)));
      assert.equal(recognise(bytes), undefined);
    }
  });
});
