import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { buildPrefixTree, buildWindowTree, creationNumbers, depthOf, prefixOf, windowCount } from '../../../server/core/automata/prefixTree';
import { tracesOf } from '../../../server/core/automata/traces';
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

  it('of windows is that of the windows written out, each cut where its prefix is rarer than asked', () => {
    const shape = fc.record({ length: fc.integer({ min: 1, max: 6 }), stride: fc.integer({ min: 1, max: 7 }), fewest: fc.integer({ min: 1, max: 5 }) });
    fc.assert(fc.property(someTraces, shape, (given, { length, stride, fewest }) => {
      const sequences = { ...given, types: given.types.map(() => 0), typeNames: ['0'] };
      const windows: number[][] = [];
      for (let t = 0; t < given.types.length; t++) {
        const symbols = Array.from(given.symbols.subarray(given.offsets[t], given.offsets[t + 1]));
        for (let from = 0; from < symbols.length; from += stride) {
          windows.push(symbols.slice(from, from + length));
          if (from + length >= symbols.length) break;
        }
      }
      const occurrences = new Map<string, number>();
      for (const window of windows) for (let i = 0; i <= window.length; i++) occurrences.set(window.slice(0, i).join(' '), (occurrences.get(window.slice(0, i).join(' ')) ?? 0) + 1);
      const cut = windows.map((window) => window.slice(0, window.findIndex((_, i) => occurrences.get(window.slice(0, i).join(' '))! < fewest) >>> 0));
      const written = tracesOf(cut.map((window) => window.map((a) => given.alphabet[a])), cut.map(() => '0'));
      const numbers = new Map(given.alphabet.map((name, a) => [name, a]));
      const expected = buildPrefixTree({ ...written, symbols: written.symbols.map((a) => numbers.get(written.alphabet[a])!), alphabet: given.alphabet, typeNames: ['0'] });
      const tree = buildWindowTree(sequences, { length, stride }, fewest);
      assert.equal(windowCount(sequences, { length, stride }), windows.length);
      assert.deepEqual({ ...tree, traces: 0 }, { ...expected, traces: 0 });
    }), { numRuns: 500 });
  });
});
