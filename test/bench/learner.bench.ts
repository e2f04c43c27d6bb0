/**
 * Learning at the size of specs, state machine, section 12: 200,000 traces of 10 over 64 symbols from 40 states (and over 100 symbols
 * from 60 sparse states), settings of SEQUENT. Prints one line a run. Usage: node out/test/bench/learner.bench.js [traces]
 */
import { buildPrefixTree } from '../../server/core/automata/prefixTree';
import { learn } from '../../server/core/automata/learner';
import { replay, defaultReplaySettings } from '../../server/core/automata/replay';
import { referenceSettings } from '../../server/core/detectors/stateFrequency/reference/settings';
import { randomTraces } from '../support/traces';
import type { Variant } from '../../server/core/automata/settings';

const traces = Number(process.argv[2] ?? 200_000);
const shapes = [
  { name: '64 symbols, 40 states', recipe: { traces, length: 10, states: 40, symbols: 64, degree: 12, seed: 1 } },
  { name: '100 symbols, 60 states', recipe: { traces, length: 10, states: 60, symbols: 100, degree: 4, seed: 2 } },
];

for (const { name, recipe } of shapes) {
  const set = randomTraces(recipe);
  for (const variant of ['default', 'main', 'sicco'] as const satisfies Variant[]) {
    let nodes = 0;
    let steps = 0;
    const before = performance.now();
    const automaton = learn(set, { ...referenceSettings('sm', 'exact').learn, variant }, { started: (tree) => (nodes = tree.nodeCount), step: () => steps++ });
    const learned = performance.now();
    replay(automaton, set, defaultReplaySettings);
    const replayed = performance.now();
    const core = automaton.arrays.flags.filter((flags) => (flags & 1) !== 0).length;
    console.log([
      `${traces} x 10, ${name}, ${variant}:`, `${nodes} nodes, ${steps} steps, ${core} states,`, `learned in ${((learned - before) / 1000).toFixed(2)} s,`,
      `replayed in ${((replayed - learned) / 1000).toFixed(2)} s,`, `peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
    ].join(' '));
  }
  const start = performance.now();
  buildPrefixTree(set);
  console.log(`  prefix tree alone ${((performance.now() - start) / 1000).toFixed(2)} s`);
}
