import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { firstRows, lastRows, slidingWindows, wholeSequences } from '../../../server/core/symbols/windows';
import { slowWindows } from '../../reference/windows';

const listed = (entities: number[], size: number, stride: number, addShorter: boolean, addPrefix = false): { entity: number; rows: number[] }[] => {
  const windows = slidingWindows(entities, 4, { size, stride, addShorter, addPrefix });
  return Array.from(windows.entities, (entity, w) => ({ entity, rows: [...windows.rows.subarray(windows.offsets[w], windows.offsets[w + 1])] }));
};

describe('sliding windows', () => {
  const cases: { entities: number[]; size: number; stride: number; addShorter: boolean; rows: number[][] }[] = [
    { entities: [0, 0, 0, 0], size: 2, stride: 1, addShorter: false, rows: [[0, 1], [1, 2], [2, 3]] },
    { entities: [0, 0, 0, 0], size: 2, stride: 1, addShorter: true, rows: [[0, 1], [1, 2], [2, 3], [3]] },
    { entities: [0, 1, 0, 1], size: 2, stride: 2, addShorter: true, rows: [[0, 2], [1, 3]] },
    { entities: [1, 0, 1], size: 3, stride: 1, addShorter: true, rows: [[1], [0, 2]] },
    { entities: [0, 0], size: 3, stride: 1, addShorter: false, rows: [] },
    { entities: [0, 1], size: 1, stride: 1, addShorter: true, rows: [[0], [1]] },
    { entities: [], size: 3, stride: 1, addShorter: true, rows: [] },
  ];
  for (const { entities, size, stride, addShorter, rows } of cases) {
    it(`of ${size} by ${stride}${addShorter ? ' with leftovers' : ''} over [${entities.join(' ')}]`, () => assert.deepEqual(listed(entities, size, stride, addShorter).map((window) => window.rows), rows));
  }

  it('agree with the wording of the specification', () => {
    const shape = fc.integer({ min: 1, max: 5 }).chain((size) => fc.record({ size: fc.constant(size), stride: fc.integer({ min: 1, max: size }), addShorter: fc.boolean(), addPrefix: fc.boolean(), entities: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }) }));
    fc.assert(fc.property(shape, ({ entities, size, stride, addShorter, addPrefix }) => assert.deepEqual(listed(entities, size, stride, addShorter, addPrefix), slowWindows(entities, size, stride, addShorter, addPrefix))));
  });

  it('are all events of an entity when there is no limit', () => {
    const { rows, offsets, entities } = wholeSequences([1, 0, 1, 2, 1], 3);
    assert.deepEqual([[...rows], [...offsets], [...entities]], [[1, 0, 2, 4, 3], [0, 1, 4, 5], [0, 1, 2]]);
  });

  it('know their first and last rows', () => {
    const windows = slidingWindows([0, 1, 0, 0, 1], 2, { size: 2, stride: 1, addShorter: false });
    assert.deepEqual([[...firstRows(windows)], [...lastRows(windows)]], [[0, 2, 1], [2, 3, 4]]);
    assert.equal(windows.fullCount, 3);
  });
});
