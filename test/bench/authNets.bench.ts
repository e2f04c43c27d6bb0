/**
 * Nets over authentication events of a generated organisation: lines a second of training and of scoring (all lines, and lines with different tokens), the time that a day of 7 and of
 * 21 million lines would take, and how well each finds the red team beside counts. Days before the last are learned, the last is scored.
 *
 *   node out/test/bench/authNets.bench.js [--size 20m] [--models small,large,transformer,...] [--seconds 30] [--seeds 1] [--lines 100000] [--json]
 *
 * `--seconds`: training ends then, even if an epoch is not done. `--lines`: of the last day that are scored at most; all lines of the red team are among them.
 */
import { CountModel, DEFAULT_MOST_PAIRS } from '../../server/core/auth/countModel';
import { distinctRows } from '../../server/core/auth/distinctRows';
import { SOURCE_USER } from '../../server/core/auth/fields';
import { FieldCounts } from '../../server/core/auth/fieldCounts';
import { FIELD_SETS, lineScores } from '../../server/core/auth/lineScores';
import { readRedTeam, redRows } from '../../server/core/auth/redTeam';
import { TokenEncoder } from '../../server/core/auth/tokens';
import { buildVocabulary, type Vocabulary } from '../../server/core/auth/vocabulary';
import type { ModelConfig } from '../../server/core/detectors/authSequences/nets';
import { lineLosses, lineModel, parameterCount, PRESETS, REFERENCE, trainingDefaults, trainLines } from '../../server/core/detectors/authSequences/nets';
import { lineMetrics } from '../../server/core/evaluation/lineMetrics';
import { formatById, recognise } from '../../server/core/formats/registry';
import { organisationCapture } from '../../server/core/sample/organisation/organisation';
import type { FlowTable } from '../../server/core/table/flow';
import { noControl } from '../../server/core/util/control';
import { testRuntime } from '../support/neuralRuntime';

const DAYS = 4, COLUMNS = 10, CUTOFF = 3;
const MODELS: Readonly<Record<string, ModelConfig>> = { ...REFERENCE, ...PRESETS, reference: PRESETS.reference };

const argument = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};

/** Days' tables, read as the server reads them. */
function tablesOf(size: number): { readonly days: readonly FlowTable[][]; readonly red: Uint8Array } {
  const parts = new Map<string, Uint8Array[]>();
  for (const { file, bytes } of organisationCapture({ seed: 1, size, days: DAYS })) parts.set(file, [...(parts.get(file) ?? []), bytes]);
  const whole = (file: string): Uint8Array => new Uint8Array(Buffer.concat(parts.get(file) ?? []));
  const days = Array.from({ length: DAYS }, (_, day) => {
    const bytes = whole(`day${day + 1}/auth.txt`), header = recognise(bytes)!, format = formatById(header.format)!;
    const tables: FlowTable[] = [];
    const reader = format.reader(header, { onTable: (table) => tables.push(format.flow(header, table)), onProblem: ({ message }) => { throw new Error(message); } });
    reader.push(bytes);
    reader.finish();
    return tables;
  });
  const team = readRedTeam(whole('redteam.txt'));
  return { days, red: Uint8Array.from(days[DAYS - 1].flatMap((table) => [...redRows(table, team)])) };
}

interface Lines {
  readonly vocabulary: Vocabulary;
  readonly learned: Int32Array;
  readonly scored: Int32Array;
  readonly red: Uint8Array;
}

function linesOf(size: number, most: number, kind: 'merged' | 'fields'): Lines {
  const { days, red } = tablesOf(size);
  const counts = new FieldCounts();
  days.slice(0, -1).flat().forEach((table) => counts.add(table));
  const vocabulary = buildVocabulary(counts, { kind, cutoff: CUTOFF });
  const encoder = new TokenEncoder(vocabulary, { time: false });
  const join = (tables: readonly FlowTable[]): Int32Array => {
    const blocks = tables.map((table) => encoder.encode(table));
    const all = new Int32Array(blocks.reduce((sum, { length }) => sum + length, 0));
    blocks.reduce((at, block) => (all.set(block, at), at + block.length), 0);
    return all;
  };
  const last = join(days[DAYS - 1]);
  const every = Math.max(1, red.length / most);
  const kept = Array.from(red.keys()).filter((line) => red[line] === 1 || Math.floor(line / every) !== Math.floor((line - 1) / every));
  const scored = Int32Array.from({ length: kept.length * COLUMNS }, (_, k) => last[kept[Math.floor(k / COLUMNS)] * COLUMNS + (k % COLUMNS)]);
  return { vocabulary, learned: join(days.slice(0, -1).flat()), scored, red: Uint8Array.from(kept, (line) => red[line]) };
}

const usersOf = (tokens: Int32Array): Int32Array => tokens.filter((_, k) => k % COLUMNS === SOURCE_USER);
const round = (x: number, digits = 4): number => Number(x.toFixed(digits));

function quality(losses: Float32Array, red: Uint8Array): Record<string, { readonly ap: number; readonly auc: number }> {
  return Object.fromEntries(Object.entries(FIELD_SETS).map(([name, fields]) => {
    const { ap = NaN, auc = NaN } = lineMetrics(lineScores(losses, fields, 'sum'), red);
    return [name, { ap: round(ap), auc: round(auc, 5) }];
  }));
}

async function main(): Promise<void> {
  const [, number, unit] = /^(\d+)([km]?)$/.exec(argument('size', '20m')) ?? [];
  const { vocabulary, learned, scored, red } = linesOf(Number(number) * { '': 1, k: 1e3, m: 1e6 }[unit as '' | 'k' | 'm'], Number(argument('lines', '100000')), argument('vocabulary', 'merged') as 'merged');
  const lines = scored.length / COLUMNS, different = distinctRows(scored, COLUMNS).first.length;
  const say = (what: object): void => console.log(JSON.stringify(what, null, process.argv.includes('--json') ? undefined : 1).replace(/\n\s*/g, ' '));
  say({ learnedLines: learned.length / COLUMNS, scoredLines: lines, differentLines: different, vocabulary: vocabulary.size, red: red.reduce((a, b) => a + b, 0) });
  const counts = new CountModel(vocabulary, { time: false, mostPairs: DEFAULT_MOST_PAIRS });
  counts.learn(learned);
  say({ model: 'counts', quality: quality(counts.lineLosses(scored), red) });
  const runtime = testRuntime();
  for (const name of argument('models', 'small,transformer,causal,lstm,bidirectionalLstm,tieredLstm,large,tieredTransformer,multiLine').split(',')) {
    for (let seed = 1; seed <= Number(argument('seeds', '1')); seed++) {
      const config = { ...MODELS[name], ...(JSON.parse(argument('config', '{}')) as object) } as ModelConfig, model = lineModel(config, vocabulary);
      const recipe = { ...trainingDefaults(config), ...(JSON.parse(argument('recipe', '{}')) as object) };
      // What models that read context see side by side are users, each with several lines.
      const batch = 'steps' in config ? Math.max(1, Math.floor(96 / config.steps)) : recipe.batch;
      // From the end of the first step on, which pays for loading.
      let start = 0, steps = 0, measured = 0;
      const trained = await trainLines(model, learned, {
        ...recipe, batch, seed, runtime, control: noControl, users: usersOf(learned), heldBack: 0.02,
        timeLimit: { milliseconds: Number(argument('seconds', '30')) * 1000, clock: () => performance.now() },
        onProgress: (step) => { if (step === 1) start = performance.now(); steps = step; measured = performance.now() - start; },
      });
      const perStep = batch * ('steps' in config ? config.steps : 1);
      const training = ((steps - 1) * perStep) / (measured / 1000);
      const from = performance.now();
      const losses = await lineLosses(model, trained.weights, scored, runtime, noControl, { users: usersOf(scored) });
      const seconds = (performance.now() - from) / 1000, scoring = lines / seconds;
      say({
        model: name, seed, parameters: parameterCount(model), outcome: trained.outcome, validation: trained.curve.validationLosses.map((loss) => round(loss, 3)),
        trainedLines: steps * perStep, trainLinesPerSecond: Math.round(training), scoreLinesPerSecond: Math.round(scoring), scoreDifferentPerSecond: Math.round('steps' in config ? scoring : different / seconds),
        hoursToTrainADay: [7e6, 21e6].map((n) => round(n / training / 3600, 2)), hoursToScoreADay: [7e6, 21e6].map((n) => round(n / scoring / 3600, 2)), quality: quality(losses, red),
      });
    }
  }
  await runtime.dispose();
}

void main();
