/**
 * Authentication events of a generated organisation: lines a second and core for generating, reading, tokenising and both together, and for learning and
 * scoring with counts; and how well counts find the red team. Results are checked: rows read, tokens against a plain look-up, losses that are numbers.
 *
 *   node out/test/bench/auth.bench.js [--size 100m] [--runs 3] [--json]
 */
import * as assert from 'node:assert/strict';
import { CountModel, DEFAULT_MOST_PAIRS } from '../../server/core/auth/countModel';
import { EVENT_FIELDS } from '../../server/core/auth/fields';
import { FieldCounts } from '../../server/core/auth/fieldCounts';
import { FIELD_SETS, lineScores } from '../../server/core/auth/lineScores';
import { readRedTeam, redRows } from '../../server/core/auth/redTeam';
import { TokenEncoder } from '../../server/core/auth/tokens';
import { UserMeans } from '../../server/core/auth/userMeans';
import { buildVocabulary, type Vocabulary } from '../../server/core/auth/vocabulary';
import { lineMetrics } from '../../server/core/evaluation/lineMetrics';
import { formatById, recognise } from '../../server/core/formats/registry';
import { organisationCapture } from '../../server/core/sample/organisation/organisation';
import type { FlowTable } from '../../server/core/table/flow';

const CHUNK = 1 << 20;
const DAYS = 4;
const CUTOFF = 3;

interface Stopped {
  readonly lines: number;
  readonly cpu: number;
}

/** Lines a second of processor time, which other programs disturb less than the clock. */
const speed = ({ lines, cpu }: Stopped): number => Math.round(lines / cpu);

function timed(run: () => number): Stopped {
  const start = process.cpuUsage();
  const lines = run();
  const { user, system } = process.cpuUsage(start);
  return { lines, cpu: (user + system) / 1e6 };
}

function best(runs: number, run: () => number): Stopped {
  return Array.from({ length: runs }, () => timed(run)).reduce((a, b) => (a.cpu / a.lines <= b.cpu / b.lines ? a : b));
}

function generate(size: number): { readonly files: ReadonlyMap<string, Uint8Array>; readonly bytes: number } {
  const parts = new Map<string, Uint8Array[]>();
  let bytes = 0;
  for (const chunk of organisationCapture({ seed: 1, size, days: DAYS })) {
    const known = parts.get(chunk.file);
    if (known === undefined) parts.set(chunk.file, [chunk.bytes]);
    else known.push(chunk.bytes);
    bytes += chunk.bytes.length;
  }
  return { files: new Map([...parts].map(([file, chunks]) => [file, new Uint8Array(Buffer.concat(chunks))])), bytes };
}

/** Reads a log as the server does, in chunks; returns its lines. */
function read(bytes: Uint8Array, onTable: (table: FlowTable) => void): number {
  const header = recognise(bytes);
  const format = header && formatById(header.format);
  if (header === undefined || format === undefined) throw new Error('the generated log is not recognised');
  const reader = format.reader(header, { onTable: (table) => onTable(format.flow(header, table)), onProblem: (problem) => assert.fail(problem.message) });
  for (let at = 0; at < bytes.length; at += CHUNK) reader.push(bytes.subarray(at, at + CHUNK));
  reader.finish();
  return reader.rows;
}

/** Compares tokens of some rows with what the line itself says. */
function check(table: FlowTable, tokens: Int32Array, vocabulary: Vocabulary, bytes: Uint8Array): void {
  for (let row = 0; row < table.rowCount; row += 997) {
    const start = table.places.byteStart[row];
    const [, from, to, ...rest] = Buffer.from(bytes.subarray(start, start + table.places.byteLength[row])).toString().split(',');
    const cells = [...from.split('@'), ...to.split('@'), ...rest];
    EVENT_FIELDS.forEach((_, position) => assert.equal(tokens[row * EVENT_FIELDS.length + position], vocabulary.idOf(position, cells[position])));
  }
}

function main(): void {
  const argument = (name: string, fallback: string): string => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
  };
  const runs = Number(argument('runs', '3'));
  const [, number, unit] = /^(\d+)([km]?)$/.exec(argument('size', '100m')) ?? [];
  const size = Number(number) * { '': 1, k: 1e3, m: 1e6 }[unit as '' | 'k' | 'm'];

  let made = { files: new Map<string, Uint8Array>() as ReadonlyMap<string, Uint8Array>, bytes: 0 };
  const generating = timed(() => {
    made = generate(size);
    return made.bytes;
  });
  const days = Array.from({ length: DAYS }, (_, i) => made.files.get(`day${i + 1}/auth.txt`) as Uint8Array);
  const training = days.slice(0, -1);
  const [test] = days.slice(-1);
  const overDays = (onTable: (table: FlowTable) => void): number => training.reduce((lines, bytes) => lines + read(bytes, onTable), 0);

  const counts = new FieldCounts();
  const reading = best(runs, () => overDays(() => undefined));
  overDays((table) => counts.add(table));
  const vocabulary = buildVocabulary(counts, { kind: 'fields', cutoff: CUTOFF });
  const encoder = new TokenEncoder(vocabulary, { time: false });
  const together = best(runs, () => overDays((table) => void encoder.encode(table)));
  read(test, (table) => check(table, encoder.encode(table), vocabulary, test));

  const blocks: Int32Array[] = [];
  overDays((table) => blocks.push(encoder.encode(table)));
  let model = new CountModel(vocabulary, { time: false, mostPairs: DEFAULT_MOST_PAIRS });
  const learning = best(runs, () => {
    model = new CountModel(vocabulary, { time: false, mostPairs: DEFAULT_MOST_PAIRS });
    blocks.forEach((block) => model.learn(block));
    return model.rows;
  });
  const tables: { readonly tokens: Int32Array; readonly red: Uint8Array }[] = [];
  const team = readRedTeam(made.files.get('redteam.txt') as Uint8Array);
  read(test, (table) => tables.push({ tokens: encoder.encode(table), red: redRows(table, team) }));
  const losses: Float32Array[] = [];
  const scoring = best(runs, () => {
    losses.length = 0;
    for (const { tokens } of tables) losses.push(model.lineLosses(tokens));
    return tables.reduce((lines, { red }) => lines + red.length, 0);
  });
  assert.ok(losses.every((block) => block.every((loss) => loss >= 0 && loss < 100)));

  const red = Uint8Array.from(tables.flatMap((table) => [...table.red]));
  const quality = Object.fromEntries(Object.entries(FIELD_SETS).flatMap(([name, fields]) => {
    const means = new UserMeans();
    const users = (tokens: Int32Array): Int32Array => tokens.filter((_, i) => i % EVENT_FIELDS.length === 0);
    for (const block of blocks) means.learn(lineScores(model.losses(block, true), fields, 'sum'), users(block));
    const scores = Float64Array.from(losses.flatMap((block) => [...lineScores(block, fields, 'sum')]));
    const normal = means.normalise(scores, Int32Array.from(tables.flatMap(({ tokens }) => [...users(tokens)])));
    return ([['', scores], [' by user', normal]] as const).map(([suffix, values]) => {
      const { auc = NaN, ap = NaN } = lineMetrics(values, red);
      return [`${name}${suffix}`, { auc: Number(auc.toFixed(4)), ap: Number(ap.toFixed(4)) }];
    });
  }));
  const report = {
    megabytes: Math.round(made.bytes / 1e6), lines: reading.lines + scoring.lines, megabytesGeneratedPerSecond: Math.round(speed(generating) / 1e6), readLinesPerSecond: speed(reading), readAndTokenisedLinesPerSecond: speed(together),
    vocabulary: vocabulary.size, learnedLinesPerSecond: speed(learning), scoredLinesPerSecond: speed(scoring), pairs: model.pairs, peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    redTeam: red.reduce((sum, one) => sum + one, 0), quality,
  };
  console.log(process.argv.includes('--json') ? JSON.stringify(report) : JSON.stringify(report, null, 2));
  if (report.readAndTokenisedLinesPerSecond < 500_000) throw new Error('reading and tokenising is below 500,000 lines a second and core');
}

main();
