/**
 * Our default learner on the problems of the PAutomaC competition that are there: perplexity of the test set against the optimum, beside
 * the best setting of the reference. Usage: node out/test/bench/pautomac.bench.js [problem]...
 */
import * as fs from 'node:fs';
import * as zlib from 'node:zlib';
import { learnDefault } from '../../server/core/automata/defaultLearner';
import { traceLogProbabilities } from '../../server/core/automata/mixture';
import { competitionPerplexity } from '../../server/core/automata/perplexity';
import { readTraces } from '../../server/core/automata/traceReader';
import { translateTraces } from '../../server/core/automata/traces';
import { sharedPath } from '../support/shared';

const unpacked = (name: string): Uint8Array => zlib.gunzipSync(fs.readFileSync(sharedPath(`data/pautomac/${name}.gz`)!));
const folder = sharedPath('data/pautomac');
if (folder === undefined) throw new Error('The PAutomaC problems are not beside the repository.');
const wanted = process.argv.slice(2).map(Number);
const problems = fs.readdirSync(folder).map((name) => Number(/^(\d+)\.train/.exec(name)?.[1])).filter((n) => n > 0 && (wanted.length === 0 || wanted.includes(n))).sort((a, b) => a - b);

const reference = new Map<string, { ratio: number; seconds: number }>();
for (const line of fs.readFileSync(sharedPath('golden/pautomac-reference.csv')!, 'utf8').trim().split('\n').slice(1)) {
  const cells = line.split(',');
  reference.set(`${cells[0]} ${cells[1]}`, { ratio: Number(cells[8]) / Number(cells[9]), seconds: Number(cells[4]) });
}

const columns = { ours: [] as number[], likelihood: [] as number[], alergia: [] as number[], aic: [] as number[] };
console.log('problem  ours    likelihood  alergia  aic     states  predictors                                 seconds (likelihood)');
for (const problem of problems) {
  const train = readTraces(unpacked(`${problem}.train.dat`)).traces;
  const test = readTraces(unpacked(`${problem}.test.dat`)).traces;
  const solution = Buffer.from(unpacked(`${problem}.solution.txt`)).toString().trim().split(/\s+/).slice(1).map(Number);
  const start = performance.now();
  const { automaton, mixture } = learnDefault(train, {});
  const seconds = (performance.now() - start) / 1000;
  const perplexity = competitionPerplexity(solution, traceLogProbabilities(mixture!, translateTraces(test, automaton.alphabet)));
  const ratio = perplexity / competitionPerplexity(solution, solution.map(Math.log));
  const row = { ours: ratio, likelihood: reference.get(`${problem} likelihood`)?.ratio ?? NaN, alergia: reference.get(`${problem} alergia`)?.ratio ?? NaN, aic: reference.get(`${problem} aic`)?.ratio ?? NaN };
  for (const name of Object.keys(columns) as (keyof typeof columns)[]) columns[name].push(row[name]);
  const core = automaton.arrays.flags.filter((flag) => (flag & 1) !== 0).length;
  const { automata, hidden, contexts, weights } = mixture!;
  const weighs = (j: number): boolean => weights.some((w, k) => w > 0 && k % (automata.length + hidden.length + contexts.order + 1) === j);
  const counted = (n: number): string => `${n} ${n === 1 ? 'automaton' : 'automata'}`;
  const parts = [...(weighs(0) || automata.length > 1 ? [counted(automata.filter((_, j) => weighs(j)).length)] : []), ...(hidden.length > 0 ? ['hidden states'] : []), ...(contexts.order > 0 || weighs(automata.length + hidden.length) ? [`contexts of ${contexts.order}`] : [])];
  const predictors = parts.length === 1 && hidden.length === 0 ? 'the automaton alone' : parts.join(', ');
  console.log(`${String(problem).padStart(7)}  ${row.ours.toFixed(4)}  ${row.likelihood.toFixed(4)}      ${row.alergia.toFixed(4)}   ${row.aic.toFixed(4)}  ${String(core).padStart(6)}  ${predictors.padEnd(41)}  ${seconds.toFixed(1)} (${reference.get(`${problem} likelihood`)?.seconds ?? '-'})`);
}
for (const [name, ratios] of Object.entries(columns)) {
  const sorted = [...ratios].sort((a, b) => a - b);
  const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  console.log(`${name.padEnd(10)}: median ${median.toFixed(4)}, mean ${(sorted.reduce((a, b) => a + b, 0) / sorted.length).toFixed(4)}, worst ${sorted[sorted.length - 1].toFixed(4)}`);
}
