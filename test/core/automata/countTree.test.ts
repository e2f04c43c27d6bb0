import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { addTrees, countTree, readTree, writeTree } from '../../../server/core/automata/countTree';
import { subset } from '../../../server/core/automata/defaultLearner';
import { learn, learnTree } from '../../../server/core/automata/learner';
import { traceCount, tracesOf } from '../../../server/core/automata/traces';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { someSettings, someTraces } from './arbitrary';
import type { AutomatonArrays } from '../../../server/core/automata/automaton';
import type { TraceSet } from '../../../server/core/automata/traces';

/** The same traces with alphabet and types numbered as they come up in these alone, as a part of the data would have them. */
function alone(traces: TraceSet): TraceSet {
  const lists = Array.from({ length: traceCount(traces) }, (_, t) => Array.from(traces.symbols.subarray(traces.offsets[t], traces.offsets[t + 1]), (a) => traces.alphabet[a]));
  return tracesOf(lists, Array.from(traces.types, (t) => traces.typeNames[t]));
}

describe('trees of counts', () => {
  it('of parts add up to the tree of the whole, in any order', () => {
    fc.assert(fc.property(someTraces, (traces) => {
      const whole = countTree(alone(traces));
      const [a, b, c] = [0, 1, 2].map((part) => countTree(alone(subset(traces, (t) => t % 3 === part))));
      for (const sum of [addTrees(addTrees(a, b), c), addTrees(a, addTrees(c, b)), addTrees(addTrees(c, b), a)]) assert.deepEqual(sum, whole);
    }), { numRuns: 200 });
  });

  it('give the automaton that the traces give, whatever order they come in', () => {
    fc.assert(fc.property(someTraces, someSettings.filter((s) => s.variant !== 'main'), (traces, settings) => {
      const parts = [0, 1].map((part) => countTree(alone(subset(traces, (t) => t % 2 === part))));
      // Trees of counts have no data of symbols.
      const { symbols, offsets, types, alphabet, typeNames } = traces;
      const sorted = countedAlphabet({ symbols, offsets, types, alphabet, typeNames });
      const [own, added] = [learn(sorted, settings), learnTree(addTrees(parts[1], parts[0]), settings)];
      // Which trace first had a prefix is forgotten.
      const forgotten = (arrays: AutomatonArrays): AutomatonArrays => ({ ...arrays, prefixType: new Uint16Array(0) });
      const [actual, expected] = [forgotten(added.toArrays()), forgotten(own.toArrays())];
      assert.deepEqual(actual, expected);
    }), { numRuns: 100 });
  });

  it('survive being written, and are refused when damaged', () => {
    fc.assert(fc.property(someTraces, (traces) => {
      const tree = countTree(traces);
      assert.deepEqual(readTree(writeTree(tree)), tree);
    }), { numRuns: 50 });
    const good = writeTree(countTree(tracesOf([['a', 'b'], ['b'], ['a', 'c', 'a']])));
    const rng = mulberry32(3);
    for (let round = 0; round < 5000; round++) {
      const bytes = good.slice(0, randomBelow(rng, 4) === 0 ? randomBelow(rng, good.length) : good.length);
      if (bytes.length > 0) bytes[randomBelow(rng, bytes.length)] ^= 1 << randomBelow(rng, 8);
      const tree = readTree(bytes);
      if (!('fault' in tree)) assert.equal(tree.nodeCount, tree.size.length);
    }
  });
});

/** Symbols and types in order of names, as trees of counts number them. */
function countedAlphabet(traces: TraceSet): TraceSet {
  const used = alone(traces);
  const alphabet = [...used.alphabet].sort(), typeNames = [...used.typeNames].sort();
  return { ...used, alphabet, typeNames, symbols: used.symbols.map((a) => alphabet.indexOf(used.alphabet[a])), types: used.types.map((t) => typeNames.indexOf(used.typeNames[t])) };
}
