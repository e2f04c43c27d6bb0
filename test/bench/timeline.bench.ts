/**
 * Draws the timeline of a scored capture that is made up (seeded): cells of 1,000 columns and 600 bins, each grouping and order for the first time (groups
 * are numbered and ordered then), again, and zoomed in; then a selection of rows, one cell, and root causes with a filter.
 *
 *   node out/test/bench/timeline.bench.js [--rows 10m] [--pairs 200000] [--workers 2]
 *
 * Checked: every row is drawn; one drawing is counted again by a simple loop over all rows.
 */
import { strict as assert } from 'node:assert';
import * as path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import type { Scores } from '../../server/core/detectors/detector';
import { calibrate, commonScore, thresholdScore } from '../../server/core/detectors/scoring/calibration';
import { EntityTable } from '../../server/core/symbols/entities';
import { sequences } from '../../server/core/symbols/rows';
import { Dictionary } from '../../server/core/table/dictionary';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import { sharedArray } from '../../server/core/util/sharedMemory';
import { atOnce } from '../../server/core/util/slices';
import { findFindings } from '../../server/engine/findings';
import type { Readers } from '../../server/engine/ports';
import { groupDetails, groupPage } from '../../server/engine/rootCauses';
import { selectRows } from '../../server/engine/rowSelection';
import type { ScoredCapture, ScoredLog } from '../../server/engine/scoredCapture';
import { timelineCells, timelineQueries } from '../../server/engine/timeline';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import type { TimelineCells, TimelineParams } from '../../server/protocol/timeline';

const STATES = 300;
const KINDS = 40;
const LABELS = ['no label', 'Benign', 'Scan', 'Botnet'];

/** Few pairs have most of the rows; times nearly in order; five in ten thousand rows are odd; source ports at random. */
function makeUp(readers: Readers, rowCount: number, pairs: number): ScoredCapture {
  const rng = mulberry32(4);
  const rows = { rowCount, entityCount: pairs, entity: sharedArray(Uint32Array, rowCount), time: sharedArray(Float64Array, rowCount), symbol: sharedArray(Uint32Array, rowCount) };
  const scores: Scores = { raw: sharedArray(Float32Array, rowCount), state: sharedArray(Uint32Array, rowCount), order: new Uint32Array(0), starts: new Uint32Array(0), notes: [], explain: () => ({ parts: [], expected: [], message: '' }) };
  const ports = sharedArray(Uint32Array, rowCount), code = sharedArray(Uint16Array, rowCount);
  for (let row = 0; row < rowCount; row++) {
    rows.entity[row] = Math.floor(pairs * rng() ** 4);
    rows.time[row] = 1_704_067_200 + row / 50 - rng() * 300;
    rows.symbol[row] = randomBelow(rng, KINDS);
    scores.state[row] = Math.floor(STATES * rng() ** 3);
    scores.raw[row] = rng() < 5e-4 ? 20 + 30 * rng() : 10 * rng();
    ports[row] = (1024 + randomBelow(rng, 64_000)) * 65_536 + [443, 53, 80, 123, 445, 22, 8080][rows.entity[row] % 7];
    code[row] = rng() < 0.9 ? 1 : randomBelow(rng, 4);
  }
  const entities = new EntityTable('pair'), hosts = new Dictionary(), sources = new Uint32Array(pairs), destinations = new Uint32Array(pairs);
  for (let e = 0; e < pairs; e++) {
    sources[e] = hosts.internText(`10.${e >> 16}.${(e >> 8) & 255}.${e & 255}`);
    destinations[e] = hosts.internText(`${20 + randomBelow(rng, 120)}.${randomBelow(rng, 32)}.${randomBelow(rng, 64)}.${randomBelow(rng, 250)}`);
  }
  entities.absorb({ kind: 'pair', hosts: hosts.toTransfer(), sources, destinations });
  const ordered = { ...scores, ...sequences(rows) };
  const calibration = calibrate(Float64Array.from({ length: 10_000 }, (_, i) => i / 1000), { contamination: 0 });
  const findings = atOnce(findFindings(rows, ordered, calibration, thresholdScore(0.001), (state, symbol) => `${state}:${symbol}`));
  const half = rowCount >> 1, empty = new Uint8Array(0);
  const log = (name: string, firstRow: number, end: number): ScoredLog => ({
    file: { path: `/${name}`, relative: name, bytes: 0, modified: 0 }, summary: { rows: end - firstRow, damaged: 0, lines: 0, problems: [], problemTotals: new Map(), bytes: 0, ascii: true },
    firstRow, rowCount: end - firstRow, line: new Uint32Array(end - firstRow), byteStart: new Float64Array(end - firstRow), byteLength: new Uint32Array(end - firstRow), positive: empty, inBaseline: empty,
    asRead: { entities: entities.toTransfer(), entity: rows.entity.subarray(firstRow, end), time: rows.time.subarray(firstRow, end), ports: ports.subarray(firstRow, end), label: code.subarray(firstRow, end), labels: LABELS.slice(1) },
  });
  return {
    detector: { ...stateFrequency, words: (_, symbol) => `symbol ${symbol}`, rootCauseWords: (_, state, symbol) => `state ${state}, symbol ${symbol}` } as ScoredCapture['detector'],
    model: { entity: 'pair', calibration, baselineRows: 0, states: STATES, symbols: KINDS }, logs: [log('a.log', 0, half), log('b.log', half, rowCount)], rows, entities, scores: ordered, findings, ports, labels: { code, names: LABELS }, readers,
  };
}

/** The same cells by a simple loop. */
function check({ rows, scores, model }: ScoredCapture, cells: TimelineCells, groupOf: (row: number) => number): void {
  const columns = new Uint32Array(cells.groupTotal);
  for (let c = 0; c < cells.columns; c++) columns.fill(c, cells.columnStart[c], cells.columnStart[c + 1]);
  const counts = new Uint32Array(cells.columns * cells.rows), worst = new Float32Array(counts.length), inCell = new Map<number, number>();
  for (let row = 0; row < rows.rowCount; row++) {
    const bin = Math.min(cells.rows - 1, Math.floor(((rows.time[row] - cells.time[0]) / (cells.time[1] - cells.time[0])) * cells.rows)), cell = bin * cells.columns + columns[groupOf(row)];
    counts[cell]++;
    worst[cell] = Math.max(worst[cell], scores.raw[row]);
    if (cell % 97 === 0) inCell.set(cell * STATES + scores.state[row], (inCell.get(cell * STATES + scores.state[row]) ?? 0) + 1);
  }
  assert.deepEqual(cells.count, counts);
  assert.deepEqual(cells.worst, worst.map((raw, cell) => (counts[cell] === 0 ? 0 : commonScore(model.calibration, raw))));
  for (const [key, n] of inCell) assert.ok(n <= (inCell.get(Math.floor(key / STATES) * STATES + cells.value[Math.floor(key / STATES)]) ?? 0), 'a state more frequent than the one shown');
}

async function main(): Promise<void> {
  const argument = (name: string, fallback: string): string => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
  const rowsText = argument('rows', '10m'), rowCount = Number(rowsText.replace(/m$/, '')) * (rowsText.endsWith('m') ? 1e6 : 1);
  const readers = poolReaders(path.join(__dirname, '../../server/workers/logWorker.js'), Number(argument('workers', '2')));
  const capture = makeUp(readers, rowCount, Number(argument('pairs', '200000')));
  const before = process.memoryUsage().rss;
  console.log(`${(rowCount / 1e6).toFixed(1)} M rows, ${capture.findings.worstRow.length} findings in ${capture.findings.groups.length} groups, ${Math.round(before / 1e6)} MB before the first drawing`);
  const waits = monitorEventLoopDelay({ resolution: 2 });
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    waits.reset();
    waits.enable();
    const start = performance.now(), cpu = process.cpuUsage(), result = await work(), ms = performance.now() - start, { user, system } = process.cpuUsage(cpu);
    await new Promise((resolve) => setTimeout(resolve, 5));
    waits.disable();
    console.log(`${what.padEnd(48)} ${ms.toFixed(0).padStart(5)} ms (${((user + system) / 1000).toFixed(0).padStart(5)} ms of processor), longest wait of the main thread ${(waits.max / 1e6).toFixed(0)} ms`);
    return result;
  };
  const draw = (what: string, params: Partial<TimelineParams>): Promise<TimelineCells> => timed(what, async () => {
    const cells = await timelineCells(capture, { grouping: 'pair', order: 'first', colour: 'state', filter: '', columns: 1000, rows: 600, ...params });
    if ('reason' in cells) throw new Error(cells.reason);
    if (!params.time && !params.groups && !params.filter) assert.equal(cells.drawn, rowCount);
    return cells;
  });
  try {
    const pairs = await draw('pair, by first row: first time', {});
    await draw('pair, by first row: again', {});
    for (const order of ['size', 'name'] as const) for (const time of ['first time', 'again']) await draw(`pair, by ${order}: ${time}`, { order });
    for (const colour of ['band', 'label'] as const) for (const time of ['first time', 'again']) await draw(`pair, coloured by ${colour}: ${time}`, { colour });
    for (const grouping of ['subnets', 'source', 'destination', 'file', 'ports'] as const) for (const time of ['first time', 'again']) await draw(`${grouping}: ${time}`, { grouping });
    const [from, to] = pairs.span, middle = (from + to) / 2;
    await draw('pair, a tenth of the time and of the groups', { time: [middle, middle + (to - from) / 10], groups: [0, pairs.groupTotal / 10] });
    for (const time of ['first time', 'again']) await draw(`pair, names with "10.1.": ${time}`, { filter: '10.1.' });
    await draw('ports, by name, filtered: first time', { grouping: 'ports', order: 'name', filter: '443' });
    const columns = { grouping: 'pair', order: 'first', filter: '', first: 100, last: 5000 } as const, selection = { time: [middle, to] as const, columns };
    for (const time of ['first time', 'again']) await timed(`selection of rows: ${time}`, () => selectRows(capture, selection));
    await timed('one cell in words', () => timelineQueries(nodeFiles, () => capture).cell({ colour: 'state', selection: { time: [middle, middle + 300], columns } }));
    const page = { start: 0, count: 100, order: 'score', filter: '' } as const;
    for (const time of ['first time', 'again']) await timed(`root causes: ${time}`, () => groupPage(capture, page));
    for (const time of ['first time', 'again']) await timed(`root causes of the selection: ${time}`, () => groupPage(capture, { ...page, selection, bands: ['high'], filter: 'state' }));
    const { items } = await groupPage(capture, page);
    await timed('details of 100 root causes', () => groupDetails(capture, items.map(({ id }) => id), 60, {}));
    console.log(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
    const rank = new Map<number, number>();
    const firstTime = new Float64Array(capture.rows.entityCount).fill(Infinity);
    capture.rows.entity.forEach((e, row) => (firstTime[e] = Math.min(firstTime[e], capture.rows.time[row])));
    [...firstTime.keys()].filter((e) => firstTime[e] < Infinity).sort((a, b) => firstTime[a] - firstTime[b]).forEach((e, i) => rank.set(e, i));
    check(capture, pairs, (row) => rank.get(capture.rows.entity[row]) as number);
    console.log('one drawing was counted again: the same');
  } finally {
    await readers.dispose();
  }
}

void main();
