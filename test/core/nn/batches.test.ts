import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { batchLoader } from '../../../server/core/nn/batches';
import { epochOrder, type OrderOptions } from '../../../server/core/nn/batchOrder';

/** Rows that count, batch by batch, with the bucket. */
function batchesOf(options: OrderOptions, epoch: number): { bucket: number; rows: number[]; repeated: number[] }[] {
  const { rows, counts, bucket } = epochOrder(options, epoch);
  assert.equal(rows.length, counts.length * options.batch);
  return Array.from(counts, (count, i) => ({ bucket: bucket[i], rows: [...rows.subarray(i * options.batch, i * options.batch + count)], repeated: [...rows.subarray(i * options.batch + count, (i + 1) * options.batch)] }));
}
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const anyOptions = fc.record({ rows: fc.nat(200), batch: fc.integer({ min: 1, max: 20 }), seed: fc.integer(), shuffle: fc.boolean() }).chain((options) => fc.record({
  lengths: fc.array(fc.nat(30), { minLength: options.rows, maxLength: options.rows }),
  buckets: fc.uniqueArray(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 4 }).map(sorted),
}).map((lengths): OrderOptions => ({ ...options, ...lengths })));

describe('order of batches', () => {
  it('each row once an epoch, in a bucket that holds it, only the last batch of a bucket not full', () => {
    fc.assert(fc.property(anyOptions, fc.nat(5), (options, epoch) => {
      const { lengths = [], buckets = [], batch } = options, all = batchesOf(options, epoch);
      assert.deepEqual(sorted(all.flatMap(({ rows }) => rows)), upTo(options.rows));
      const partial = new Map<number, number>();
      for (const { bucket, rows, repeated } of all) {
        assert.ok(rows.length > 0);
        assert.ok(repeated.every((row) => row === rows[rows.length - 1]));
        for (const row of rows) assert.ok((lengths[row] <= buckets[bucket] || bucket === buckets.length - 1) && (bucket === 0 || lengths[row] > buckets[bucket - 1]));
        if (rows.length < batch) partial.set(bucket, (partial.get(bucket) ?? 0) + 1);
      }
      assert.ok([...partial.values()].every((n) => n === 1));
    }));
  });

  it('depends on seed and epoch, not on what was asked before', () => {
    const options = { rows: 100, batch: 8, seed: 5 };
    assert.deepEqual(epochOrder(options, 3), epochOrder({ ...options }, 3));
    for (const other of [epochOrder(options, 4), epochOrder({ ...options, seed: 6 }, 3)]) assert.notDeepEqual(other.rows, epochOrder(options, 3).rows);
    assert.deepEqual([...epochOrder({ ...options, shuffle: false }, 3).rows].slice(0, 100), upTo(100));
  });

  it('shuffled: a row is in each place about as often', () => {
    const places = new Array<number>(10).fill(0), epochs = 4000;
    for (let epoch = 0; epoch < epochs; epoch++) places[epochOrder({ rows: 10, batch: 10, seed: 1 }, epoch).rows.indexOf(0)]++;
    // Five standard deviations of a binomial count.
    for (const count of places) assert.ok(Math.abs(count - epochs / 10) < 5 * Math.sqrt(epochs * 0.09), String(places));
  });

  it('weights: rows are drawn as often as they weigh, never with weight 0, as many as there are rows', () => {
    const weights = [0, 1, 2, -3, 5, Number.NaN, 0.5, Infinity, 0], total = 8.5, counts = new Array<number>(9).fill(0), epochs = 6000;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const drawn = batchesOf({ rows: 9, batch: 4, seed: 3, weights }, epoch).flatMap(({ rows }) => rows);
      assert.equal(drawn.length, 9);
      for (const row of drawn) counts[row]++;
    }
    weights.forEach((weight, row) => {
      const p = weight > 0 && Number.isFinite(weight) ? weight / total : 0, n = 9 * epochs;
      assert.ok(Math.abs(counts[row] - n * p) <= 5 * Math.sqrt(n * p * (1 - p)), `row ${row}: ${counts[row]} of ${n}, weight ${weight}`);
    });
  });

  it('weights of any kind never bring up a row of weight 0, unless all are', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })), { minLength: 1, maxLength: 40 }), fc.integer(), (weights, seed) => {
      const drawn = batchesOf({ rows: weights.length, batch: 7, seed, weights }, 0).flatMap(({ rows }) => rows);
      // Weights whose sum is not to be told from zero beside another count as zero.
      if (weights.some((weight) => weight > 1e-3)) assert.ok(drawn.every((row) => weights[row] > 0));
      assert.ok(drawn.every((row) => row < weights.length));
    }));
  });

  it('no rows: no batches', () => {
    for (const options of [{}, { weights: [] }, { lengths: [], buckets: [3, 5] }]) assert.equal(epochOrder({ rows: 0, batch: 4, seed: 1, ...options }, 0).counts.length, 0);
  });
});

describe('batch loader', () => {
  it('asks for whole batches, weighs what is repeated with 0', () => {
    const loader = batchLoader({ rows: 5, batch: 3, seed: 1, shuffle: false, fill: (rows, variant) => ({ x: Float32Array.from(rows), variant: Int32Array.of(variant) }) });
    assert.equal(loader.batches(0), 2);
    assert.deepEqual(loader.batch(0, 1), { tensors: { x: Float32Array.of(3, 4, 4), variant: Int32Array.of(0), rowWeight: Float32Array.of(1, 1, 0) }, rows: 2, variant: 0 });
    assert.deepEqual(loader.batch(0, 0).tensors['rowWeight'], Float32Array.of(1, 1, 1));
  });

  it('the same batch whatever was asked in between', () => {
    const make = () => batchLoader({ rows: 50, batch: 4, seed: 9, lengths: upTo(50), buckets: [10, 30, 50], fill: (rows, variant) => ({ x: Float32Array.from(rows), v: Int32Array.of(variant) }) });
    const loader = make(), first = loader.batch(2, 5);
    for (let epoch = 0; epoch < 3; epoch++) for (let i = 0; i < loader.batches(epoch); i++) loader.batch(epoch, i);
    assert.deepEqual(loader.batch(2, 5), first);
    assert.deepEqual(make().batch(2, 5), first);
  });
});
