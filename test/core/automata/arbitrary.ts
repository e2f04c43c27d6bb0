import * as fc from 'fast-check';
import { tracesOf } from '../../../server/core/automata/traces';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { mergeTests } from '../../../server/core/automata/mergeTests/registry';
import { mulberry32 } from '../../../server/core/util/rng';
import type { MergeTestName } from '../../../server/core/automata/mergeTests/registry';
import type { LearnSettings } from '../../../server/core/automata/settings';
import type { TraceSet } from '../../../server/core/automata/traces';

/** Traces of a random walk with memory, so that there is something to merge: what follows depends on the last symbol. */
export const someTraces: fc.Arbitrary<TraceSet> = fc.record({ seed: fc.nat(), traces: fc.integer({ min: 0, max: 60 }), symbols: fc.integer({ min: 1, max: 4 }), types: fc.integer({ min: 1, max: 2 }), withData: fc.boolean() }).map(({ seed, traces, symbols, types, withData }) => {
  const rng = mulberry32(seed);
  const lists = Array.from({ length: traces }, () => {
    const list: string[] = [];
    for (let last = 0; rng() < 0.75 && list.length < 6; list.push(`s${last}`)) last = rng() < 0.6 ? (last + 1) % symbols : Math.floor(rng() * symbols);
    return list;
  });
  // Outputs that follow from the last two symbols, seldom missing and seldom wrong; as numbers they are means of behaviour too.
  const data = withData ? lists.map((list) => list.map((s, i) => (rng() < 0.1 ? undefined : rng() < 0.03 ? '7' : s === list[i - 1] ? '1' : '2'))) : undefined;
  return tracesOf(lists, lists.map((list) => (types === 2 && list.filter((s) => s === 's0').length % 2 === 1 ? 'odd' : 'even')), data);
});

/** Usually `usual`, so that settings that forbid much do not hide the others. */
function often<T>(usual: T, seldom: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: seldom });
}

/** Learning settings of all kinds, small enough for small traces. Leaves out what `slowLearn` leaves out. */
export const someSettings: fc.Arbitrary<LearnSettings> = fc.record({
  mergeTest: fc.constantFrom(...(Object.keys(mergeTests) as MergeTestName[])), correction: fc.constantFrom(1, 1, 0),
  variant: fc.constantFrom('default', 'main', 'sicco'), confidence: fc.constantFrom(0.05, 0.001, 0.5, 2), stateCount: fc.constantFrom(0, 5), symbolCount: fc.constantFrom(-1, 0, 3, 10),
  finalProbability: fc.boolean(), typeDistribution: fc.boolean(), typeConsistent: fc.boolean(), sinks: fc.boolean(), sinkCount: fc.constantFrom(3, 10),
  largestBlue: fc.boolean(), extend: fc.boolean(), shallowFirst: fc.boolean(), mergeRoot: fc.boolean(), testMerge: fc.boolean(), mergeData: fc.boolean(),
  kState: fc.constantFrom(0, 0, 3), kTailPaths: fc.constantFrom(-1, -1, 1, 2), statesFixed: fc.constantFrom(false, false, true), allFixed: fc.constantFrom(false, false, false, true),
  mergeLocal: often(-1, fc.constantFrom(1, 2, 3)), mergeLocalSources: fc.constantFrom(-1, 0, 2),
  blueBlue: often(false, fc.constant(true)), random: often(0, fc.constantFrom(0.5, 1)), seed: fc.nat(), lowerBound: often(undefined, fc.constantFrom(0.5, 1, 10)), extendScore: often(0, fc.constantFrom(-1, 0.5, 2)),
  typeSinks: fc.boolean(), mergeSinks: often(false, fc.constant(true)), mergeSinksWithCore: fc.boolean(), extendSinks: fc.boolean(), sinkIdentical: often(false, fc.constant(true)), sinkSiblings: often(false, fc.constant(true)),
  depthCheck: often(false, fc.constant(true)), symbolCheck: often(false, fc.constant(true)), maxStates: often(0, fc.constantFrom(2, 4)), minNodes: often(0, fc.constantFrom(5, 20)),
  markovian: fc.constantFrom(0, 0, 1, 2), kTail: fc.constantFrom(-1, -1, 1), keepCandidates: fc.boolean(),
} as const satisfies { [key in keyof LearnSettings]?: fc.Arbitrary<LearnSettings[key]> }).map((chosen) => {
  const settings = { ...defaultLearnSettings, ...chosen };
  return settings.variant === 'sicco' && settings.testMerge ? { ...settings, mergeData: true } : settings;
});
