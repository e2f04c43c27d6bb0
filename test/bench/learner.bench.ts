/**
 * Learning and replay at the size of specs, state machine, section 12, from file to model: 200,000 traces of 10. Every run is a process of its own, so
 * that its time and peak memory are its own. Usage: node out/test/bench/learner.bench.js [traces]
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { learn } from '../../server/core/automata/learner';
import { readLearnOptions } from '../../server/core/automata/learnOptions';
import { defaultReplaySettings, replay } from '../../server/core/automata/replay';
import { readTraces } from '../../server/core/automata/traceReader';
import { largeTraces } from './traces';

const sm = { state_count: '0', symbol_count: '30', largestblue: '1', sinkson: '1', sinkcount: '250', mergeroot: '0', testmerge: '0', mergedata: '0', typedist: '1', printblue: '1', typesinks: '0' };
const alergia = { 'heuristic-name': 'alergia', state_count: '10', symbol_count: '-1', sinkson: '1', sinkcount: '25', confidence_bound: '0.5', largestblue: '1', finalprob: '1', mcollector: '4', printblue: '1' };

/** One run in this process: file, settings. Prints seconds from file to automaton, of replay, peak memory and states. */
function run(file: string, settings: Record<string, string>): void {
  const start = performance.now();
  const { traces } = readTraces(fs.readFileSync(file));
  const automaton = learn(traces, readLearnOptions(settings).settings);
  const learned = performance.now();
  const peak = process.resourceUsage().maxRSS / 1024;
  replay(automaton, traces, defaultReplaySettings);
  const replayed = performance.now();
  const core = automaton.arrays.flags.filter((flags) => (flags & 1) !== 0).length;
  console.log(`learned in ${((learned - start) / 1000).toFixed(2)} s, ${peak.toFixed(0)} MB, ${core} states; replayed in ${((replayed - learned) / 1000).toFixed(2)} s`);
}

if (process.argv[2] === 'run') run(process.argv[3], JSON.parse(process.argv[4]) as Record<string, string>);
else {
  const traces = Number(process.argv[2] ?? 200_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'learner-'));
  const shapes = [{ name: '64 symbols', states: 40, symbols: 64, degree: 12, seed: 1 }, { name: '100 symbols, out-degree 4', states: 60, symbols: 100, degree: 4, seed: 2 }];
  for (const { name, ...shape } of shapes) {
    const file = path.join(folder, `${shape.symbols}.dat`);
    const handle = fs.openSync(file, 'w');
    for (const piece of largeTraces({ traces, length: 10, ...shape })) fs.writeSync(handle, piece);
    fs.closeSync(handle);
    for (const [settings, given] of Object.entries({ 'sm main': { ...sm, variant: 'main' }, 'sm sicco': { ...sm, variant: 'sicco' }, 'alergia main': { ...alergia, variant: 'main' } })) {
      const { stdout, stderr } = spawnSync(process.execPath, [__filename, 'run', file, JSON.stringify(given)], { encoding: 'utf8' });
      console.log(`${traces} x 10, ${name}, ${settings}: ${stdout.trim()}${stderr}`);
    }
  }
  fs.rmSync(folder, { recursive: true });
}
