import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { buildPrefixTree, creationNumbers, depthOf, prefixOf } from '../../../server/core/automata/prefixTree';
import { someTraces } from './arbitrary';
import type { TraceSet } from '../../../server/core/automata/traces';

interface Expected {
  size: number;
  ended: number;
  firstTrace: number;
  number: number;
  passedByType: number[];
  endedByType: number[];
}

/** Every prefix of every trace, counted one by one; numbers in order of creation, the root -1. */
function prefixes(traces: TraceSet): Map<string, Expected> {
  const all = new Map<string, Expected>([['', { size: 0, ended: 0, firstTrace: 0, number: -1, passedByType: traces.typeNames.map(() => 0), endedByType: traces.typeNames.map(() => 0) }]]);
  for (let t = 0; t < traces.types.length; t++) {
    const trace = Array.from(traces.symbols.subarray(traces.offsets[t], traces.offsets[t + 1]));
    for (let length = 0; length <= trace.length; length++) {
      const key = trace.slice(0, length).join(' ');
      const node = all.get(key) ?? { size: 0, ended: 0, firstTrace: t, number: all.size, passedByType: traces.typeNames.map(() => 0), endedByType: traces.typeNames.map(() => 0) };
      all.set(key, node);
      node.size++;
      if (length === trace.length) node.ended++;
      (length === trace.length ? node.endedByType : node.passedByType)[traces.types[t]]++;
    }
  }
  return all;
}

describe('the prefix tree', () => {
  it('has one node for each prefix, with its counts, first trace and creation number', () => {
    fc.assert(fc.property(someTraces, (traces) => {
      const tree = buildPrefixTree(traces);
      const expected = prefixes(traces);
      const numbers = creationNumbers(tree);
      const types = traces.typeNames.length;
      assert.equal(tree.nodeCount, expected.size);
      for (let node = 0; node < tree.nodeCount; node++) {
        const own: Expected = {
          size: tree.size[node], ended: tree.ended[node], firstTrace: tree.firstTrace[node], number: numbers[node],
          passedByType: tree.passedByType ? [...tree.passedByType.subarray(node * types, (node + 1) * types)] : traces.typeNames.map(() => tree.size[node] - tree.ended[node]),
          endedByType: tree.endedByType ? [...tree.endedByType.subarray(node * types, (node + 1) * types)] : traces.typeNames.map(() => tree.ended[node]),
        };
        assert.deepEqual(own, expected.get(prefixOf(tree, node).join(' ')));
        assert.equal(depthOf(tree, node), prefixOf(tree, node).length);
      }
    }));
  });

  it('numbers nodes breadth first, children of a node together and in order of symbols', () => {
    fc.assert(fc.property(someTraces, (traces) => {
      const tree = buildPrefixTree(traces);
      assert.deepEqual([tree.firstChild[0], tree.firstChild[tree.nodeCount], tree.parent[0]], [1, tree.nodeCount, -1]);
      for (let node = 0; node < tree.nodeCount; node++) {
        for (let child = tree.firstChild[node]; child < tree.firstChild[node + 1]; child++) {
          assert.equal(tree.parent[child], node);
          if (child > tree.firstChild[node]) assert.ok(tree.symbol[child] > tree.symbol[child - 1]);
        }
      }
    }));
  });
});
