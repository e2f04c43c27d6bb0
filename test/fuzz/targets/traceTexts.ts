import * as assert from 'node:assert/strict';
import { writeAbbadingo } from '../../../server/core/automata/abbadingo';
import { TreeReader } from '../../../server/core/automata/treeSum';
import { TraceReader, traceProblems } from '../../../server/core/automata/traceReader';
import { readLearnOptions } from '../../../server/core/automata/learnOptions';
import { readReplayOptions } from '../../../server/core/automata/replayOptions';
import { readWindowOptions } from '../../../server/core/automata/windowOptions';
import { readIni } from '../../../server/core/settings/ini';
import { randomBelow } from '../../../server/core/util/rng';
import { guardedTraces } from '../../support/guardedTraces';
import { randomTraces } from '../../support/traces';
import { byteMutations, mutated } from '../mutate';
import { withinBounds } from '../support/containers';
import type { FuzzTarget } from '../target';
import { rngOf } from '../target';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const traces = randomTraces({ traces: 20, length: 5, states: 3, symbols: 3, degree: 2, seed: 1 });
const seeds = [
  writeAbbadingo(traces), writeAbbadingo(guardedTraces({ traces: 10, length: 4, threshold: 60, seed: 2 })), '3 2\n2 0 1\n1 1\n3 0 0 1\n', '2 2\n1 2 a/x b/y\n1 1 a\n', '1 1:s/a,f/b\n1 2 x:1,2 x:,3/d\n', '2 1:2\n1 1 a:1,2\n',
].map(encode);

/** Texts of traces are read, or told to be none, in any pieces alike. */
export const traceTexts: FuzzTarget = {
  name: 'traces',
  runs: 1500,
  make: (rng) => mutated(seeds[randomBelow(rng, seeds.length)], byteMutations, rng, 4),
  check: (input) => withinBounds(input, () => {
    const rng = rngOf(input);
    const read = (cuts: readonly number[]): unknown => {
      const reader = new TraceReader();
      [0, ...cuts].forEach((from, i) => reader.push(input.subarray(from, cuts[i] ?? input.length)));
      const summary = reader.finish();
      const { symbols, offsets, types, alphabet, typeNames, data, attributes } = reader.take();
      assert.ok(offsets[offsets.length - 1] === symbols.length && symbols.every((symbol) => symbol < alphabet.length) && types.every((type) => type < typeNames.length));
      return { summary, problems: traceProblems([summary]), symbols, offsets, types, alphabet, typeNames, data, attributes };
    };
    const cuts = Array.from({ length: randomBelow(rng, 6) }, () => randomBelow(rng, input.length + 1)).sort((a, b) => a - b);
    assert.deepEqual(read(cuts), read([]));
    const counter = new TreeReader();
    counter.push(input);
    counter.finish();
  }),
};

const inis = ['[default]\nheuristic-name = alergia\ndata-name = alergia_data\nlargestblue=1\n; no\nsinkcount = 25\nextend=true\n', 'ktail = 2\nsymbol_count=10\n"x" = "y"\n', 'slidingwindow = 1\nslidingwindowsize=20\nreset=0\n'].map(encode);

/** Settings files are understood, or say what they are not. */
export const iniTexts: FuzzTarget = {
  name: 'ini',
  runs: 1000,
  make: (rng) => mutated(inis[randomBelow(rng, inis.length)], byteMutations, rng, 4),
  check: (input) => withinBounds(input, () => {
    const { values } = readIni(new TextDecoder().decode(input));
    const given = Object.fromEntries(values);
    const { rest } = readWindowOptions(given);
    for (const { problems } of [readLearnOptions(rest), readReplayOptions(rest)]) for (const { message, next } of problems) assert.ok(message !== '' && next !== '');
  }),
};
