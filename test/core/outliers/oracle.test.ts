import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { kdOrder, kdTree, padded } from '../../../server/core/outliers/kdTree';
import { expOfMinus } from '../../../server/core/outliers/kernelSum';
import { distinctRows, takeRows } from '../../../server/core/outliers/matrix';
import { NeighbourSearch } from '../../../server/core/outliers/neighbours';
import { eigenOf } from '../../../server/core/outliers/eigen';
import { pathLength } from '../../../server/core/outliers/isolationTrees';
import { assertClose, fitted, matrixOf, normals, scores } from './support';

type Rows = number[][];
const distance = (a: readonly number[], b: readonly number[]): number => Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0));

/** All rows within the distance of the k-th, as places. */
function neighbours(rows: Rows, place: readonly number[], k: number, self: number): { radius: number; near: number[] } {
  const others = rows.map((_, i) => i).filter((i) => i !== self);
  const radius = others.map((i) => distance(rows[i], place)).sort((a, b) => a - b)[k - 1];
  return { radius, near: others.filter((i) => distance(rows[i], place) <= radius) };
}

function slowLof(train: Rows, test: Rows, k: number): number[] {
  const all = train.map((row, i) => neighbours(train, row, k, i));
  const density = (place: readonly number[], near: number[]): number => 1 / (near.reduce((sum, o) => sum + Math.max(all[o].radius, distance(place, train[o])), 0) / near.length + 1e-10);
  const densities = train.map((row, i) => density(row, all[i].near));
  return test.map((row) => {
    const { near } = neighbours(train, row, k, -1);
    return near.reduce((sum, o) => sum + densities[o], 0) / near.length / density(row, near);
  });
}

/** Whole numbers give duplicates and exact ties; the others rarely do. */
const rowsOf = (columns: number, least: number, value: fc.Arbitrary<number>): fc.Arbitrary<Rows> => fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { minLength: least, maxLength: 150 });
const values = fc.constantFrom(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 5 }), fc.double({ min: -10, max: 10, noNaN: true }).map((x) => Math.round(x * 1e6) / 1e6));
const cases = fc.tuple(fc.integer({ min: 1, max: 7 }), values).chain(([columns, value]) => fc.record({ train: rowsOf(columns, 3, value), test: rowsOf(columns, 1, value), k: fc.integer({ min: 1, max: 150 }) }));

describe('outlier models beside slow ones', () => {
  it('local outlier factor with ties and duplicates', () => {
    fc.assert(fc.property(cases, ({ train, test, k }) => {
      assertClose(scores(fitted('lof', matrixOf(train), { share: 1, most: k }), matrixOf(test)), slowLof(train, test, Math.min(k, train.length - 1)), 1e-9);
    }), { numRuns: 100 });
  });

  it('local outlier factor of many scattered rows', () => {
    const rowsFrom = (n: number, columns: number, seed: number): Rows => Array.from({ length: n }, (_, i) => [...normals(n, columns, seed).values.subarray(i * columns, (i + 1) * columns)]);
    for (const [columns, k] of [[2, 5], [5, 60], [7, 20], [5, 70], [2, 149]]) {
      const [train, test] = [rowsFrom(k > 60 ? 150 : 500, columns, columns), rowsFrom(60, columns, 99)];
      assertClose(scores(fitted('lof', matrixOf(train), { share: 1, most: k }), matrixOf(test)), slowLof(train, test, k), 1e-9);
    }
  });

  it('the neighbour search finds exactly the rows within the k-th distance', () => {
    fc.assert(fc.property(cases, ({ train, test, k }) => {
      const distinct = distinctRows(matrixOf(train));
      const order = kdOrder(distinct);
      const points = padded({ values: takeRows(distinct, order), columns: distinct.columns });
      const weights = Int32Array.from(order, (row) => distinct.weights[row]);
      const limit = Math.min(k, train.length);
      const search = new NeighbourSearch(kdTree(points), weights, limit);
      const square = search.nearest(padded(matrixOf(test)).values, 0, -1, Infinity);
      const slow = neighbours(train, test[0], limit, -1);
      assertClose([Math.sqrt(square)], [slow.radius], 1e-12);
      let found = 0;
      for (let i = 0; i < search.found; i++) found += weights[search.indices[i]];
      assert.equal(found, slow.near.length);
    }), { numRuns: 100 });
  });

  it('kernel density by its formula, in 1 to 7 columns', () => {
    for (const [columns, n] of [[1, 30], [2, 300], [5, 400], [7, 200]]) {
      const train = normals(n, columns, columns);
      // Correlated columns of different sizes.
      for (let at = 1; at < train.values.length; at++) if (at % columns > 0) train.values[at] = train.values[at] * 10 ** (at % columns) + train.values[at - 1];
      const test = { values: Float64Array.from(train.values.subarray(0, 20 * columns), (x, i) => x * (1 + (i % 7))), columns };
      assertClose(scores(fitted('kde', train), test), slowKde(train.values, test.values, columns), 1e-5);
    }
  });

  it('kernel density of repeated rows is that of each row so often', () => {
    const base = normals(40, 2, 4).values;
    const twice = Float64Array.of(...base, ...base);
    assertClose(scores(fitted('kde', { values: twice, columns: 2 }), normals(20, 2, 8)), slowKde(twice, normals(20, 2, 8).values, 2), 1e-5);
  });

  it('a column that follows from others leaves the density as it is, up to a constant, and is off the range otherwise', () => {
    const base = normals(100, 2, 6).values;
    const copied = matrixOf(Array.from({ length: 100 }, (_, i) => [base[2 * i], base[2 * i + 1], 5, base[2 * i] + base[2 * i + 1]]));
    const [plain, wide] = [fitted('kde', { values: base, columns: 2 }), fitted('kde', copied)];
    const test = normals(30, 2, 7).values;
    const a = scores(plain, { values: test, columns: 2 });
    const b = scores(wide, matrixOf(Array.from({ length: 30 }, (_, i) => [test[2 * i], test[2 * i + 1], 5, test[2 * i] + test[2 * i + 1]])));
    assertClose(b.map((x) => x - b[0]), a.map((x) => x - a[0]), 1e-5);
    const off = scores(wide, matrixOf([[0, 0, 5, 0], [0, 0, 5.001, 0], [0, 0, 6, 0], [0, 0, 5, 1]]));
    // Half of (0.001 / 0.0001)^2 for the constant column.
    assertClose([off[1] - off[0], off[2] - off[0]], [50, 5e7], 1e-5);
    assert.ok(off[3] > wide.threshold + 1e5);
    const shares = wide.explain(Float64Array.of(0, 0, 6, 0)) as Float64Array;
    assert.ok(shares[2] > 0.999);
  });

  it('the table of exponentials', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 39.9, noNaN: true }), (x) => Math.abs(expOfMinus(x) / Math.exp(-x) - 1) < 2e-10));
    assert.deepEqual([expOfMinus(0), expOfMinus(41), expOfMinus(Infinity)], [1, 0, 0]);
  });

  it('eigenvectors and values give the matrix back', () => {
    for (const width of [1, 2, 5, 8]) {
      const g = normals(width, width, width).values;
      const a = Float64Array.from({ length: width * width }, (_, i) => g[i] + g[(i % width) * width + Math.floor(i / width)]);
      const { values, vectors } = eigenOf(a, width);
      const again = a.map((_, i) => values.reduce((sum, value, r) => sum + value * vectors[r * width + (i % width)] * vectors[r * width + Math.floor(i / width)], 0));
      assertClose(again, a, 1e-12);
    }
  });

  it('isolation: path lengths of the paper, and a row far off is odder than all others', () => {
    // c(n) = 2 H(n - 1) - 2 (n - 1) / n with exact harmonic numbers.
    for (const n of [10, 256, 5000]) {
      let harmonic = 0;
      for (let i = 1; i < n; i++) harmonic += 1 / i;
      assert.ok(Math.abs(pathLength(n) - (2 * harmonic - (2 * (n - 1)) / n)) < 1.2 / n);
    }
    const train = normals(500, 3, 3);
    const model = fitted('isolationForest', train);
    const [far] = scores(model, matrixOf([[8, 8, 8]]));
    assert.ok(scores(model, train).every((score) => score < far));
    const shares = model.explain(Float64Array.of(0, 8, 0)) as Float64Array;
    assert.ok(shares[1] > shares[0] && shares[1] > shares[2], [...shares].join());
  });

  it('isolation: scores by walking down the saved trees', () => {
    const model = fitted('isolationForest', normals(203, 3, 3), { trees: 7 });
    const { roots, feature, limit, left, size, head } = model.save();
    const test = normals(13, 3, 8);
    const slow = Array.from({ length: 13 }, (_, row) => {
      let sum = 0;
      for (const root of roots) {
        let node = root;
        let depth = 0;
        for (; left[node] !== node; depth++) node = test.values[3 * row + feature[node]] <= limit[node] ? left[node] : left[node] + 1;
        sum += depth + pathLength(size[node]);
      }
      return 2 ** (-sum / roots.length / pathLength(head[3]));
    });
    assertClose(scores(model, test), slow, 1e-12);
  });

  it('every explanation names the feature that is off', () => {
    const train = normals(300, 4, 12);
    for (const kind of ['lof', 'isolationForest', 'kde', 'meanStd'] as const) {
      const shares = [...(fitted(kind, train).explain(Float64Array.of(0.1, -0.2, 9, 0.3)) as Float64Array)];
      assert.equal(shares.indexOf(Math.max(...shares)), 2, `${kind}: ${shares.join()}`);
    }
  });

  it('quartile probabilities by given limits and counts', () => {
    const model = fitted('quartiles', matrixOf([[1, 0], [2, 0], [3, 0], [30, 9]]), { limits: Float64Array.of(1, 2, 10, 0, 4, 8), counts: Float64Array.of(5, 0, 3, 8, 16, 0, 0, 0) });
    const expected = [[1, 0, 6 / 20, 17 / 20], [1.5, 0, 1 / 20, 17 / 20], [10, 0.1, 4 / 20, 1 / 20], [11, 8.1, 9 / 20, 1 / 20]];
    assertClose(scores(model, matrixOf(expected.map(([x, y]) => [x, y]))), expected.map(([, , p, q]) => -Math.log(p * q)), 1e-12);
    const counted = fitted('quartiles', matrixOf([[1], [2], [3], [30]]), { limits: Float64Array.of(1, 2, 10) });
    assertClose(scores(counted, matrixOf([[0], [2], [5], [99]])), [2, 2, 2, 2].map((count) => -Math.log(count / 8)), 1e-12);
    // The least probability and a millionth of the way to the greatest.
    const [low, high] = [(9 / 20) * (1 / 20), (6 / 20) * (17 / 20)];
    assert.ok(Math.abs(Math.exp(-model.threshold) - (low + (high - low) / 1e6)) < 1e-9);
  });
});

/** Scott's factor, covariance by its definition, its inverse by Gauss and Jordan; -ln density. */
function slowKde(train: Float64Array, test: Float64Array, d: number): number[] {
  const n = train.length / d;
  const mean = Array.from({ length: d }, (_, c) => train.reduce((sum, x, i) => sum + (i % d === c ? x / n : 0), 0));
  const factor = n ** (-1 / (d + 4));
  const rows = Array.from({ length: d }, (_, p) => Array.from({ length: 2 * d }, (_, q) => {
    if (q >= d) return Number(q - d === p);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += ((train[i * d + p] - mean[p]) * (train[i * d + q] - mean[q])) / (n - 1);
    return sum * factor * factor;
  }));
  let determinant = 1;
  for (let p = 0; p < d; p++) {
    const pivot = rows[p][p];
    determinant *= pivot;
    rows[p] = rows[p].map((x) => x / pivot);
    for (let q = 0; q < d; q++) if (q !== p) rows[q] = rows[q].map((x, i) => x - rows[q][p] * rows[p][i]);
  }
  return Array.from({ length: test.length / d }, (_, row) => {
    const exponents = Array.from({ length: n }, (_, i) => {
      let sum = 0;
      for (let p = 0; p < d; p++) for (let q = 0; q < d; q++) sum += (test[row * d + p] - train[i * d + p]) * rows[p][d + q] * (test[row * d + q] - train[i * d + q]);
      return -sum / 2;
    });
    const greatest = Math.max(...exponents);
    return -greatest - Math.log(exponents.reduce((sum, e) => sum + Math.exp(e - greatest), 0)) + Math.log(n) + 0.5 * Math.log((2 * Math.PI) ** d * determinant);
  });
}
