import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { countNumbers, rowsInBins } from '../../../server/core/aggregate/numbers';

const slowBin = (edges: readonly number[], value: number): number => (Number.isFinite(value) ? edges.filter((edge) => edge <= value).length : edges.length + 1);

describe('numbers of rows', () => {
  const value = fc.oneof(fc.integer({ min: -2, max: 30 }), fc.constantFrom(NaN, Infinity, 41_203_004)), width = 3;
  const edges = fc.uniqueArray(fc.integer({ min: 0, max: 25 }), { maxLength: 6 }).map((list) => list.sort((a, b) => a - b));
  const cases = fc.record({
    table: fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 40 }), fields: fc.array(fc.record({ field: fc.nat(width - 1), edges, wanted: fc.array(fc.nat(7), { maxLength: 3 }) }), { minLength: 1, maxLength: 3 }),
    offset: fc.nat(3), every: fc.integer({ min: 1, max: 3 }), times: fc.constantFrom(1, 300),
  });

  it('are counted, and looked for, as row by row', () => {
    fc.assert(fc.property(cases, ({ table, fields, offset, every, times }) => {
      // As a part of a larger array, and with more rows than are gone through at a time.
      const features = new Float32Array([...new Array<number>(offset).fill(7), ...table.flat()]).subarray(offset);
      const rows = Uint32Array.from({ length: times * table.length }, (_, i) => (i * every) % table.length);
      const asked = fields.map(({ field, edges: own, wanted }) => ({ field, edges: Float64Array.from(own), wanted: Uint8Array.from({ length: own.length + 2 }, (_, bin) => (wanted.includes(bin) ? 1 : 0)) }));
      const bins = fields.map(({ edges: own }) => new Uint32Array(own.length + 2)), found: number[] = [];
      for (const row of rows) {
        const at = fields.map(({ field, edges: own }) => slowBin(own, table[row][field]));
        at.forEach((bin, f) => bins[f][bin]++);
        if (at.some((bin, f) => fields[f].wanted.includes(bin))) found.push(row);
      }
      assert.deepEqual(countNumbers({ rows, features, width }, asked), { bins, wanted: found.length });
      assert.deepEqual(rowsInBins({ rows, features, width }, asked), Uint32Array.from(found));
    }), { numRuns: 100 });
  });
});
