import * as assert from 'node:assert/strict';
import { NONE, SortedLists } from '../../../server/core/automata/sortedLists';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';

describe('lists of edges in order of symbols', () => {
  it('find, take in and give back edges as a sorted array does, however long they are', () => {
    const rng = mulberry32(8);
    for (const length of [0, 5, 200, 3000]) {
      // Edge e has symbol e; node 0 holds some of the edges.
      const next = new Int32Array(length + 1).fill(NONE);
      const lists = new SortedLists(Int32Array.of(NONE), next, Uint32Array.from(next, (_, e) => e));
      const held = new Set<number>();
      const before = (symbol: number): number => {
        for (let e = symbol - 1; e >= 0; e--) if (held.has(e)) return e;
        return NONE;
      };
      const undo: { before: number; edge: number }[] = [];
      for (let round = 0; round < 2 * length; round++) {
        const symbol = randomBelow(rng, length + 1);
        const found = lists.before(0, symbol, rng() < 0.5 ? NONE : before(randomBelow(rng, symbol + 1)));
        assert.equal(found, before(symbol));
        assert.equal(lists.find(0, symbol), held.has(symbol) ? symbol : NONE);
        if (rng() < 0.7 && !held.has(symbol)) {
          lists.insert(0, found, symbol);
          held.add(symbol);
          undo.push({ before: found, edge: symbol });
        } else if (undo.length > 0) {
          const last = undo.pop()!;
          lists.remove(0, last.before, last.edge, 7);
          held.delete(last.edge);
          assert.equal(next[last.edge], 7);
        }
      }
      const listed: number[] = [];
      for (let e = lists.first[0]; e !== NONE; e = next[e]) listed.push(e);
      assert.deepEqual(listed, [...held].sort((a, b) => a - b));
    }
  });
});
