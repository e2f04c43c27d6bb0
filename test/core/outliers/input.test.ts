import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readContainer, writeContainer } from '../../../server/core/models/safetensors';
import { fitOutliers, loadOutliers } from '../../../server/core/outliers/kinds';
import type { Tensors } from '../../../server/core/outliers/outlierModel';
import { mulberry32 } from '../../../server/core/util/rng';
import { fitted, KINDS, matrixOf, normals, scores } from './support';

const code = (result: object): string | undefined => ('problem' in result ? (result.problem as { code: string }).code : undefined);
const rng = mulberry32(1);

/** Rows from few values, so that there are duplicates, ties and constant columns. */
const fewValues = fc.integer({ min: 1, max: 4 }).chain((columns) => fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: columns, maxLength: columns }), { minLength: 3, maxLength: 40 }));

for (const kind of KINDS) {
  describe(`outlier models: any input (${kind})`, () => {
    it('refuses fewer than three complete rows, and says how many there are', () => {
      for (const rows of [[], [[1, 2]], [[1, 2], [3, 4]], [[1, 2], [3, 4], [5, NaN], [Infinity, 1], [1e200, 1]]]) {
        const result = fitOutliers(kind, matrixOf(rows), {}, rng);
        assert.equal(code(result), 'too-few-rows');
        assert.match('problem' in result ? result.problem.message : '', new RegExp(`There are ${Math.min(rows.length, 2)} complete rows`));
      }
      assert.ok(!('problem' in fitOutliers(kind, matrixOf([[1, 2], [3, 4], [5, 7]]), {}, rng)));
    });

    it('refuses no columns and rows that are no whole ones', () => {
      assert.equal(code(fitOutliers(kind, { values: new Float64Array(0), columns: 0 }, {}, rng)), 'no-columns');
      assert.equal(code(fitOutliers(kind, { values: new Float64Array(7), columns: 2 }, {}, rng)), 'column-count');
    });

    it('refuses to score or explain other columns', () => {
      const model = fitted(kind, normals(20, 3, 1));
      assert.equal(code(model.score(normals(2, 2, 1))), 'column-count');
      assert.equal(code(model.score({ values: new Float64Array(4), columns: 3 })), 'column-count');
      assert.equal(code(model.explain(new Float64Array(2))), 'column-count');
    });

    it('learns without incomplete rows, counts them, and gives them no score', () => {
      const complete = normals(30, 2, 5);
      const model = fitted(kind, matrixOf([[NaN, 1], [1, -Infinity], ...Array.from({ length: 30 }, (_, i) => [...complete.values.subarray(2 * i, 2 * i + 2)]), [1e151, 0]]));
      assert.equal(model.rows, 30);
      assert.equal(model.incomplete, 3);
      const same = fitted(kind, complete);
      assert.deepEqual(scores(model, complete), scores(same, complete));
      const mixed = scores(model, matrixOf([[0, 0], [NaN, 0], [5, 5]]));
      assert.deepEqual([...mixed].map(Number.isNaN), [false, true, false]);
      assert.deepEqual([mixed[0], mixed[2]], [...scores(model, matrixOf([[0, 0], [5, 5]]))]);
      assert.deepEqual([...(model.explain(Float64Array.of(3, NaN)) as Float64Array)], [0, 1]);
    });

    it('has finite scores and shares that add up to 1 or are all 0, for duplicates, ties, constant columns', () => {
      fc.assert(fc.property(fewValues, fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 4, maxLength: 4 }), (rows, place) => {
        const model = fitted(kind, matrixOf(rows));
        const row = place.slice(0, rows[0].length);
        for (const score of scores(model, matrixOf([...rows, row]))) assert.ok(Number.isFinite(score), `score ${score}`);
        const shares = model.explain(Float64Array.from(row)) as Float64Array;
        const sum = shares.reduce((a, b) => a + b, 0);
        assert.ok(shares.every((share) => share >= 0) && (sum === 0 || Math.abs(sum - 1) < 1e-9), `shares ${[...shares].join()}`);
      }), { numRuns: 60 });
    });

    it('is stable at sizes of 10^18 with small differences', () => {
      const small = normals(60, 2, 9);
      const shift = 1e18;
      // Steps of 1,024 are exact at this size.
      const steps = small.values.map((x) => Math.round(x * 100) * 1024);
      const far = Float64Array.of(0, 0, 4096 * 1000, 0, 0, -4096 * 500);
      const near = scores(fitted(kind, { values: steps, columns: 2 }), { values: far, columns: 2 });
      const shifted = scores(fitted(kind, { values: steps.map((x) => x + shift), columns: 2 }), { values: far.map((x) => x + shift), columns: 2 });
      for (let i = 0; i < near.length; i++) assert.ok(Math.abs(near[i] - shifted[i]) <= 1e-2 * Math.max(1, Math.abs(near[i])), `${near[i]} and ${shifted[i]}`);
      const wild = fitted(kind, matrixOf([[1e18, 1], [2e18, 0], [0, 1], [1e150, 1], [-1e150, 0]]));
      for (const score of scores(wild, matrixOf([[1e18, 5], [1e150, -1e150], [0, 1]]))) assert.ok(!Number.isNaN(score));
    });

    it('is the same model after saving and loading, byte by byte', () => {
      for (const matrix of [normals(100, 3, 2), matrixOf([[1, 1], [1, 1], [1, 1], [1, 1]]), matrixOf([[1, 2, 3], [2, 4, 3], [3, 6, 3], [9, 18, 3]])]) {
        const model = fitted(kind, matrix);
        const bytes = writeContainer({ metadata: {}, tensors: model.save() });
        const container = readContainer(bytes);
        assert.ok('tensors' in container);
        const loaded = loadOutliers(kind, container.tensors);
        assert.ok('score' in loaded);
        assert.deepEqual(writeContainer({ metadata: {}, tensors: loaded.save() }), bytes);
        const rows = normals(50, matrix.columns, 4);
        assert.deepEqual(scores(loaded, rows), scores(model, rows));
        assert.deepEqual([loaded.rows, loaded.columns, loaded.incomplete, loaded.threshold], [model.rows, model.columns, model.incomplete, model.threshold]);
      }
    });

    it('is the same for the same seed', () => {
      assert.deepEqual(fitted(kind, normals(80, 3, 7), {}, 3).save(), fitted(kind, normals(80, 3, 7), {}, 3).save());
    });

    it('names the fault of damaged arrays, or loads what can be scored with', () => {
      const saved = fitted(kind, normals(40, 2, 3)).save();
      const names = Object.keys(saved);
      for (const name of names) {
        const rest = Object.fromEntries(Object.entries(saved).filter(([other]) => other !== name));
        assert.ok('fault' in loadOutliers(kind, rest), `without ${name}`);
        assert.ok('fault' in loadOutliers(kind, { ...saved, [name]: new Uint8Array(3) }), `${name} of another type`);
        assert.ok('fault' in loadOutliers(kind, { ...saved, [name]: saved[name].slice(1) }), `${name} cut`);
      }
      fc.assert(fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom(-1, 0, 1, 2, 1000, NaN, Infinity, -1e300, 2 ** 31 - 1), (name, place, value) => {
        const array = saved[name].slice();
        array[place % array.length] = value;
        const tensors: Tensors = { ...saved, [name]: array };
        const model = loadOutliers(kind, tensors);
        if ('score' in model && model.columns < 10_000) model.score({ values: new Float64Array(4 * model.columns).fill(0.5), columns: model.columns });
      }), { numRuns: 200 });
      assert.ok('fault' in loadOutliers('toString', saved));
    });
  });
}

describe('outlier models: settings', () => {
  it('refuses what cannot be computed with', () => {
    const matrix = normals(20, 2, 1);
    for (const share of [0, -1, 1.5, NaN]) {
      assert.equal(code(fitOutliers('lof', matrix, { share }, rng)), 'bad-setting');
      assert.equal(code(fitOutliers('isolationForest', matrix, { share }, rng)), 'bad-setting');
    }
    assert.equal(code(fitOutliers('lof', matrix, { most: 0 }, rng)), 'bad-setting');
    assert.equal(code(fitOutliers('isolationForest', matrix, { trees: 0 }, rng)), 'bad-setting');
    assert.equal(code(fitOutliers('quartiles', matrix, { limits: Float64Array.of(3, 2, 1, 0, 0, 0) }, rng)), 'bad-setting');
    assert.equal(code(fitOutliers('quartiles', matrix, { counts: new Float64Array(3) }, rng)), 'bad-setting');
  });

  it('takes all other rows where there are fewer than neighbours', () => {
    const matrix = normals(5, 2, 1);
    assert.deepEqual(fitted('lof', matrix, { share: 1 }).save(), fitted('lof', matrix, { share: 0.8 }).save());
  });
});
