/**
 * What the automaton's view waits for on a large capture: the passes over all rows, made once, and the answers after them. The capture is scored in
 * memory; with `--coarse` there are so few symbols that most of its rows come to one state; with `--numbers` by the detector that looks at numbers.
 *
 *   node out/test/bench/views.bench.js [--rows 10m] [--pairs 200000] [--coarse | --numbers]
 *
 * Checked: the histograms of the fullest state are there within 200 ms, when they are asked for the first time; the first page of the fullest state's rows, by time and by score, is there within 100 ms, and would be if all rows were of one state.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { detectorById } from '../../server/core/detectors/registry';
import { resolveSettings } from '../../server/core/settings/setting';
import { noControl } from '../../server/core/util/control';
import { sharedArray } from '../../server/core/util/sharedMemory';
import { inTurns } from '../../server/core/util/slices';
import { countFields } from '../../server/engine/automaton/histograms';
import { rowPage } from '../../server/engine/automaton/rowPage';
import { automatonQueries } from '../../server/engine/automatonQueries';
import { indexCapture } from '../../server/engine/captureIndex';
import { learnModel } from '../../server/engine/learn';
import { scoreFiles } from '../../server/engine/score';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import { writeFlows } from './flows';

const MOST_MS = 100;
const HISTOGRAMS_MS = 200;
const REPEATS = 5;

async function main(): Promise<void> {
  const argument = (name: string, fallback: string): string => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
  const rowsText = argument('rows', '10m');
  const rows = Number(rowsText.replace(/m$/, '')) * (rowsText.endsWith('m') ? 1e6 : 1);
  const pairs = Number(argument('pairs', '200000'));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-bench-views-'));
  const readers = poolReaders(path.join(__dirname, '../../server/workers/logWorker.js'), 2);
  const coarse = process.argv.includes('--coarse'), withNumbers = process.argv.includes('--numbers');
  const failures: string[] = [];
  try {
    writeFlows(path.join(folder, 'baseline.log'), { rows: 50_000, pairs, seed: 1, scan: 0 });
    writeFlows(path.join(folder, 'conn.log'), { rows, pairs, seed: 2, scan: 500 });
    const { files } = await indexCapture(nodeFiles, folder, [], noControl);
    const detector = detectorById(withNumbers ? 'stateOutliers' : 'stateFrequency')!;
    const loaded = await learnModel(readers, files, detector, resolveSettings(detector.settings, coarse ? { bytesBins: 1, packetsBins: 1, durationBins: 1, portShare: 1 } : {}).values, { files: ['baseline.log'] }, noControl);
    if ('fault' in loaded) throw new Error(loaded.fault);
    const { capture } = await scoreFiles(readers, files.filter((f) => f.relative === 'conn.log'), loaded, { acceptance: 0.001 }, noControl);
    const queries = automatonQueries(async () => ({ revision: 1, detector, model: loaded.model, capture }), { files: nodeFiles, pause: () => readers.pause() });
    /** Milliseconds of the first answer and the median of later ones. */
    const timed = async <T>(what: string, ask: () => Promise<T>, most = Infinity): Promise<T> => {
      const times: number[] = [];
      let answer: T;
      for (let i = 0; i <= REPEATS; i++) {
        const start = performance.now();
        answer = await ask();
        times.push(performance.now() - start);
      }
      const [first, ...later] = times;
      const median = later.sort((a, b) => a - b)[REPEATS >> 1];
      console.log(`${what.padEnd(64)} first ${first.toFixed(0).padStart(5)} ms, then ${median.toFixed(1).padStart(7)} ms`);
      if (first > most || median > most) failures.push(`${what}: ${Math.max(first, median).toFixed(0)} ms, more than ${most}`);
      return answer!;
    };
    const all = { revision: 1, start: 0, count: 65_536 };
    const summary = await timed('summary (counts all rows)', () => queries.summary());
    if ('reason' in summary) throw new Error(summary.reason);
    console.log(`${summary.captureRows} rows, ${summary.states} states, ${summary.edges} edges, ${capture.findings.rows.length} rows flagged, ${capture.rows.entityCount} entities`);
    const states = await timed('all states', () => queries.states(all));
    await timed('all edges (steps of all rows)', () => queries.edges(all));
    const state = states.capture.indexOf(Math.max(...states.capture));
    console.log(`the fullest state has ${states.capture[state]} rows`);
    const page = { revision: 1, state, start: 0, count: 100 };
    await timed('rows by state (made once, when a state is first opened)', () => queries.rows({ ...page, count: 0, order: 'time', flaggedOnly: true }));
    for (const order of ['time', 'score'] as const) {
      await timed(`its first 100 rows by ${order}`, () => queries.rows({ ...page, order, flaggedOnly: false }), MOST_MS);
      await timed(`100 rows in the middle by ${order}`, () => queries.rows({ ...page, start: states.capture[state] >>> 1, order, flaggedOnly: false }));
    }
    const everyRow = sharedArray(Uint32Array, capture.rows.rowCount);
    for (let row = 0; row < everyRow.length; row++) everyRow[row] = row;
    for (const order of ['time', 'score'] as const) await timed(`the first 100 rows by ${order} of a state with all rows`, () => inTurns(rowPage(capture, everyRow, order, 0, 100), () => readers.pause()), MOST_MS);
    await timed('its flagged rows by score', () => queries.rows({ ...page, order: 'score', flaggedOnly: true }), MOST_MS);
    const { numbers } = detector.automaton!(loaded.model)!;
    if (numbers) {
      const { fields, odd } = await timed('its histograms', () => queries.histograms({ revision: 1, state, row: capture.findings.rows[0] ?? 0 }), HISTOGRAMS_MS);
      const spreads = fields.map((_, field) => numbers.spread(state, field)!), within = fields.map(({ bins }, field) => ({ field, bins: bins.filter((bin) => bin.odd).map(({ bin }) => bin) }));
      await timed(`its ${odd} rows with odd numbers by score`, () => queries.rows({ ...page, order: 'score', flaggedOnly: false, within }), HISTOGRAMS_MS);
      await timed('histograms of a state with all rows', () => countFields(capture, everyRow, spreads));
    }
    await timed('everything about it', () => queries.state({ revision: 1, state }));
    const [from, to] = summary.timeSpan!;
    const selection = { time: [from + (to - from) / 3, from + (to - from) / 2] as const };
    await timed('all states, a part of the time', () => queries.states({ ...all, selection }));
    await timed('all edges, a part of the time', () => queries.edges({ ...all, selection }));
    await timed('its rows in a part of the time, by score', () => queries.rows({ ...page, selection, order: 'score', flaggedOnly: false }));
    await timed('a search for a host', () => queries.find({ revision: 1, query: '10.0.0.66', start: 0, count: 50 }));
    await timed('the state of a line', () => queries.at(path.join(folder, 'conn.log'), 5_000));
    await timed('20 steps of a trace', () => queries.replay({ revision: 1, row: capture.findings.rows[0] ?? 0, start: -1, count: 20 }));
    console.log(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
    if (failures.length > 0) throw new Error(failures.join('; '));
  } finally {
    await readers.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
