import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Heap } from '../../../server/core/util/heap';

describe('a heap', () => {
  it('gives its items in order, whatever was taken out of it', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(1000), { maxLength: 60 }), fc.array(fc.nat(), { maxLength: 30 }), (items, removals) => {
      const places = new Map<number, number>();
      const heap = new Heap((a, b) => a - b, (item, place) => (place < 0 ? places.delete(item) : places.set(item, place)));
      for (const item of items) heap.push(item);
      const kept = [...items].sort((a, b) => a - b);
      for (const removal of removals) {
        if (kept.length === 0) break;
        const [item] = kept.splice(removal % kept.length, 1);
        assert.equal(heap.remove(places.get(item)!), item);
      }
      assert.deepEqual([...heap.inOrder()], kept);
      assert.equal(heap.length, kept.length);
      for (const [item, place] of places) assert.equal(heap.at(place), item);
      assert.equal(places.size, kept.length);
    }));
  });
});
