import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { writeAbbadingo } from '../../../server/core/automata/abbadingo';
import { addTrees, countTree, readTree, writeTree } from '../../../server/core/automata/countTree';
import { subset } from '../../../server/core/automata/defaultLearner';
import { learn, learnTree } from '../../../server/core/automata/learner';
import { traceCount, tracesOf } from '../../../server/core/automata/traces';
import { readTraces, traceProblems } from '../../../server/core/automata/traceReader';
import { TreeReader, TreeSum } from '../../../server/core/automata/treeSum';
import { treeSteps, treeTraces } from '../../../server/core/automata/treeTraces';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { encodeUtf8 } from '../../../server/core/util/utf8';
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

describe('sums of trees', () => {
  it('are the tree of the whole for any parts in any order', () => {
    fc.assert(fc.property(someTraces, fc.array(fc.nat(9), { minLength: 1, maxLength: 40 }), (traces, parts) => {
      const sum = new TreeSum();
      // Parts of very different sizes, some of them empty.
      for (let part = 9; part >= 0; part--) sum.add(countTree(alone(subset(traces, (t) => parts[t % parts.length] === part))));
      assert.deepEqual(sum.total(), countTree(alone(traces)));
    }), { numRuns: 100 });
    assert.deepEqual(new TreeSum().total(), countTree(tracesOf([])));
  });

  it('are read from text in chunks and pieces of any size, and from parts of whole lines', () => {
    fc.assert(fc.property(someTraces, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 30 }), (traces, chunk, gathered) => {
      const text = writeAbbadingo(traces);
      const bytes = encodeUtf8(text);
      const whole = readTraces(bytes);
      const reader = new TreeReader({}, gathered);
      for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.slice(at, at + chunk));
      const { tree, summary } = reader.finish();
      assert.deepEqual(tree, countTree(whole.traces));
      assert.deepEqual(traceProblems([summary]), whole.problems);

      const lines = text.split('\n').slice(0, -1).map((line) => `${line}\n`);
      const parts = [lines.slice(0, 1 + (chunk % lines.length)), lines.slice(1 + (chunk % lines.length))].map((part, i) => {
        const partReader = new TreeReader({ format: whole.format, part: i > 0 }, gathered);
        partReader.push(encodeUtf8(part.join('')));
        return partReader.finish();
      });
      assert.deepEqual(addTrees(parts[1].tree, parts[0].tree), countTree(whole.traces));
      assert.deepEqual(traceProblems(parts.map((part) => part.summary)), whole.problems);
    }), { numRuns: 200 });
  });

  it('give back the multiset of their traces, the same order for equal trees, and fair samples', () => {
    fc.assert(fc.property(someTraces, (traces) => {
      const tree = countTree(traces);
      const again = treeTraces(tree);
      assert.deepEqual(countTree(again), tree);
      assert.deepEqual(treeTraces(addTrees(tree, countTree(tracesOf([])))), again);
      assert.equal(traceCount(treeTraces(tree, 3)), Math.ceil(traceCount(traces) / 3));
      assert.equal(treeSteps(tree), traces.symbols.length + traceCount(traces));
    }), { numRuns: 100 });
  });
});

/** Symbols and types in order of names, as trees of counts number them. */
function countedAlphabet(traces: TraceSet): TraceSet {
  const used = alone(traces);
  const alphabet = [...used.alphabet].sort(), typeNames = [...used.typeNames].sort();
  return { ...used, alphabet, typeNames, symbols: used.symbols.map((a) => alphabet.indexOf(used.alphabet[a])), types: used.types.map((t) => typeNames.indexOf(used.typeNames[t])) };
}
