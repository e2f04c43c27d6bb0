import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { commonScore } from '../../server/core/detectors/scoring/calibration';
import { mulberry32, randomBelow, type Rng } from '../../server/core/util/rng';
import type { CaptureSession } from '../../server/engine/api';
import { bandOf } from '../../server/engine/findings';
import type { ScoredCapture } from '../../server/engine/scoredCapture';
import { selectRows } from '../../server/engine/rowSelection';
import { timelineCells, timelineQueries } from '../../server/engine/timeline';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import type { ColumnOrder, Grouping } from '../../server/protocol/selection';
import type { CellColour, TimelineCells, TimelineParams } from '../../server/protocol/timeline';
import { Folders } from '../support/folder';
import { type ConnRow, connLog, office, scan } from '../support/logs';
import { workerScript } from '../support/readers';
import { openWatched, quiet } from './openCapture';
import { oddRows, officeModel, type PlainRow, plainRows, scoreFolder } from '../support/scoredCapture';

const GROUPINGS: readonly Grouping[] = ['pair', 'subnets', 'ports', 'source', 'destination', 'file', 'entity'];
const ORDERS: readonly ColumnOrder[] = ['first', 'size', 'name'];
const COLOURS: readonly CellColour[] = ['state', 'band', 'label'];
const BANDS = ['low', 'medium', 'high'] as const;
const LABELS = ['', 'Benign', 'Malicious', 'Background'];
const NETWORKS: Readonly<Record<string, string>> = {
  '10.0.0.1': '10.0.0.0/24', '10.0.0.9': '10.0.0.0/24', '10.0.0.10': '10.0.0.0/24', '10.0.1.7': '10.0.1.0/24', '192.168.0.3': '192.168.0.0/24', '::ffff:10.0.0.5': '10.0.0.0/24',
  '2001:db8::1': '2001:db8::/48', '2001:db8:0:1::2': '2001:db8::/48', '2001:db8:1::1': '2001:db8:1::/48', 'fe80::1%eth0': 'fe80::/48', '': '?',
};

/** The name of a row's group, and what it is ordered by where that is by name. */
function groupOf(row: PlainRow, grouping: Grouping): { readonly name: string; readonly sort: string } {
  // Addresses of four numbers come first.
  const padded = (text: string): string => (/^[\d.]+(\/24)?$/.test(text) ? '0' : '1') + text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(5, '0'));
  const pair = `${row.source || '?'} -> ${row.destination || '?'}`;
  switch (grouping) {
    case 'pair': case 'entity': return { name: pair, sort: `${padded(row.source)}\0${padded(row.destination)}` };
    case 'subnets': return { name: `${NETWORKS[row.source]} -> ${NETWORKS[row.destination]}`, sort: `${padded(NETWORKS[row.source])}\0${padded(NETWORKS[row.destination])}` };
    case 'ports': return { name: row.ports.join(' -> '), sort: row.ports.map((port) => String(port).padStart(5, '0')).join() };
    case 'source': return { name: row.source || '(no source)', sort: padded(row.source) };
    case 'destination': return { name: row.destination || '(no destination)', sort: padded(row.destination) };
    case 'file': return { name: row.file, sort: padded(row.file) };
  }
}

/** Names of groups in order, by the book. */
function groupNames(rows: readonly PlainRow[], grouping: Grouping, order: ColumnOrder, filter: string): string[] {
  const groups = new Map<string, { sort: string; rows: PlainRow[] }>();
  for (const row of rows) {
    const { name, sort } = groupOf(row, grouping);
    if (!groups.has(name)) groups.set(name, { sort, rows: [] });
    groups.get(name)!.rows.push(row);
  }
  const first = (group: readonly PlainRow[]): number => Math.min(...group.map(({ time }) => (Number.isNaN(time) ? 1e300 : time)));
  return [...groups].sort(([, a], [, b]) => {
    const by = order === 'first' ? first(a.rows) - first(b.rows) : order === 'size' ? b.rows.length - a.rows.length : a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0;
    return by || a.rows[0].row - b.rows[0].row;
  }).map(([name]) => name).filter((name) => filter.toLowerCase().split(' ').every((word) => name.toLowerCase().includes(word)));
}

/** What each cell holds, row by row. */
function checkCells(capture: ScoredCapture, rows: readonly PlainRow[], params: TimelineParams, cells: TimelineCells): void {
  const { calibration } = capture.model, { threshold } = capture.findings;
  const valueOf = ({ state, raw, finding, label }: PlainRow): number => {
    if (params.colour === 'state') return state;
    return params.colour === 'label' ? cells.labels.indexOf(label || 'no label') : finding < 0 ? 0 : 1 + BANDS.indexOf(bandOf(commonScore(calibration, raw), threshold));
  };
  const names = groupNames(rows, params.grouping, params.order, params.filter);
  assert.equal(cells.groupTotal, names.length);
  assert.equal(cells.columnStart.length, cells.columns + 1);
  if (names.length > 0) assert.deepEqual([cells.columnStart[0], cells.columnStart[cells.columns]], [cells.groups[0], cells.groups[1] + 1]);
  const columnOf = new Map<string, number>();
  for (let c = 0; c < cells.columns; c++) {
    assert.ok(cells.columnStart[c] < cells.columnStart[c + 1], 'every column has a group');
    for (let g = cells.columnStart[c]; g < cells.columnStart[c + 1]; g++) columnOf.set(names[g], c);
  }
  const times = rows.map(({ time }) => time).filter((time) => !Number.isNaN(time));
  assert.deepEqual([...cells.span], [Math.min(...times), Math.max(...times)]);
  assert.equal(cells.timeless, rows.length - times.length);
  const [from, to] = cells.time;
  const binOf = (time: number): number => (to > from ? Math.min(cells.rows - 1, Math.floor(((time - from) / (to - from)) * cells.rows)) : 0);
  const shown = (row: PlainRow): boolean => row.time >= from && row.time <= to && columnOf.has(groupOf(row, params.grouping).name);
  const expected = Array.from({ length: cells.columns * cells.rows }, (): PlainRow[] => []);
  for (const row of rows.filter(shown)) expected[binOf(row.time) * cells.columns + columnOf.get(groupOf(row, params.grouping).name)!].push(row);
  const totals = new Map<number, number>();
  for (const row of rows) totals.set(valueOf(row), (totals.get(valueOf(row)) ?? 0) + 1);
  expected.forEach((members, cell) => {
    const counts = new Map<number, number>();
    for (const row of members) counts.set(valueOf(row), (counts.get(valueOf(row)) ?? 0) + 1);
    const [winner] = [...counts].sort(([a, x], [b, y]) => y - x || totals.get(a)! - totals.get(b)! || a - b);
    assert.deepEqual([cells.count[cell], cells.value[cell], cells.worst[cell]], [members.length, winner?.[0] ?? 0xffffffff, Math.fround(members.length === 0 ? 0 : commonScore(calibration, Math.max(...members.map(({ raw }) => raw))))], `cell ${cell}`);
  });
  assert.equal(cells.drawn, expected.reduce((n, members) => n + members.length, 0));
  const findings = { low: new Uint32Array(cells.rows), medium: new Uint32Array(cells.rows), high: new Uint32Array(cells.rows) };
  capture.findings.worstScore.forEach((score, f) => {
    const starts = rows.filter((row) => row.finding === f && !Number.isNaN(row.time)).sort((a, b) => a.time - b.time);
    if (starts.length > 0 && starts[0].time >= from && starts[0].time <= to && shown(starts[0])) findings[bandOf(score, threshold)][binOf(starts[0].time)]++;
  });
  assert.deepEqual(cells.findings, findings);
}

const whole: TimelineParams = { grouping: 'pair', order: 'first', colour: 'state', filter: '', columns: 7, rows: 5 };

describe('timeline', function () {
  this.timeout(60_000);
  const folders = new Folders(), readers = poolReaders(workerScript, 1), model = officeModel();
  after(async () => {
    await readers.dispose();
    folders.remove();
  });

  /** A capture of these logs, with its rows for recounts. */
  async function scored(logs: Readonly<Record<string, readonly ConnRow[]>>, use = model): Promise<{ capture: ScoredCapture; rows: PlainRow[] }> {
    const folder = folders.make(Object.fromEntries(Object.entries(logs).map(([name, rows]) => [name, connLog(rows)])));
    const capture = await scoreFolder(readers, folder, use, 0.3);
    return { capture, rows: plainRows(capture, logs) };
  }

  function randomParams(rng: Rng): TimelineParams {
    const one = <T>(list: readonly T[]): T => list[randomBelow(rng, list.length)];
    const time = 990 + randomBelow(rng, 400), first = randomBelow(rng, 30);
    return {
      grouping: one(GROUPINGS), order: one(ORDERS), colour: one(COLOURS), filter: one(['', '', '10', '.0 ->', '2001:DB8', 'no such group']), columns: 1 + randomBelow(rng, 40), rows: 1 + randomBelow(rng, 30),
      ...(rng() < 0.4 ? { time: [time, time + randomBelow(rng, 200)] as const } : {}), ...(rng() < 0.4 ? { groups: [first, first + randomBelow(rng, 40)] as const } : {}),
    };
  }

  for (const seed of [1, 2, 3, 4]) {
    it(`cells, order, names and findings are those of a slow recount of rows at random (${seed})`, async () => {
      const rng = mulberry32(seed), logs = Object.fromEntries(Array.from({ length: seed }, (_, i) => [`day${10 - 4 * i}/conn.log`, oddRows(rng, 30 + randomBelow(rng, 250), 300)]));
      const { capture, rows } = await scored(logs);
      const queries = timelineQueries(nodeFiles, () => capture);
      for (let run = 0; run < 60; run++) {
        const params = randomParams(rng), cells = await timelineCells(capture, params);
        assert.ok(!('reason' in cells), JSON.stringify([params, cells]));
        checkCells(capture, rows, params, cells);
        const names = await queries.groupNames({ ...params, start: 2, count: 5 });
        assert.deepEqual(names, { total: cells.groupTotal, items: groupNames(rows, params.grouping, params.order, params.filter).slice(2, 7) });
        if (cells.drawn > 0) await checkCell(capture, rows, params, cells);
      }
    });
  }

  /** One cell that is not empty, in words: rows that a selection of it has. */
  async function checkCell(capture: ScoredCapture, rows: readonly PlainRow[], params: TimelineParams, cells: TimelineCells): Promise<void> {
    const at = cells.count.findIndex((n) => n > 0), column = at % cells.columns, bin = Math.floor(at / cells.columns);
    const width = (cells.time[1] - cells.time[0]) / cells.rows, time = [cells.time[0] + bin * width, cells.time[0] + (bin + 1) * width] as const;
    const selection = { time, columns: { ...params, first: cells.columnStart[column], last: cells.columnStart[column + 1] - 1 } };
    const names = groupNames(rows, params.grouping, params.order, params.filter).slice(selection.columns.first, selection.columns.last + 1);
    const members = rows.filter((row) => row.time >= time[0] && row.time <= time[1] && names.includes(groupOf(row, params.grouping).name));
    assert.deepEqual([...(await selectRows(capture, selection))].flatMap((on, row) => (on === 1 ? [row] : [])), members.map(({ row }) => row).sort((a, b) => a - b));
    const detail = await timelineQueries(nodeFiles, () => capture).cell({ colour: params.colour, selection });
    assert.deepEqual([detail.rows, detail.flagged, detail.groups], [members.length, members.filter(({ finding }) => finding >= 0).length, { total: names.length, items: names.slice(0, 10) }]);
    assert.equal(detail.worst?.score, members.length === 0 ? undefined : commonScore(capture.model.calibration, Math.max(...members.map(({ raw }) => raw))));
    if (params.colour === 'label') {
      const counts = LABELS.map((label) => ({ text: label || 'no label', rows: members.filter((row) => row.label === label).length })).filter((value) => value.rows > 0);
      const byText = (a: { text: string }, b: { text: string }): number => (a.text < b.text ? -1 : 1);
      assert.deepEqual([...detail.values].sort(byText), counts.sort(byText));
    }
  }

  it('what was asked for wrongly is put right', async () => {
    const { capture, rows } = await scored({ 'conn.log': oddRows(mulberry32(9), 200, 300) });
    const drawn = async (change: object): Promise<TimelineCells> => {
      const params = { ...whole, ...change }, cells = await timelineCells(capture, params);
      assert.ok(!('reason' in cells));
      checkCells(capture, rows, params, cells);
      return cells;
    };
    const all = await drawn({});
    assert.equal(all.drawn + all.timeless, rows.length);
    for (const [change, columns, bins] of [[{ columns: 0, rows: 0 }, 1, 1], [{ columns: NaN, rows: -3 }, 1, 1], [{ columns: 5000, rows: 5000 }, all.groupTotal, 4096], [{ columns: 2.9, rows: 2.9 }, 2, 2]] as const) {
      const cells = await drawn(change);
      assert.deepEqual([cells.columns, cells.rows, cells.drawn], [columns, bins, all.drawn]);
    }
    assert.deepEqual(await drawn({ time: [1200, 1100] }), { ...(await drawn({ time: [1100, 1200] })) });
    assert.deepEqual(await drawn({ time: [NaN, null] }), all);
    assert.deepEqual(await drawn({ groups: [9, 3] }), await drawn({ groups: [3, 9] }));
    assert.deepEqual(await drawn({ groups: [NaN, 1e9] }), all);
    assert.equal((await drawn({ time: [1100.05, 1100.05] })).drawn, 0);
    assert.equal((await drawn({ time: [-5, -1] })).drawn, 0);
    const none = await drawn({ filter: 'nothing is called so' });
    assert.deepEqual([none.columns, none.groupTotal, none.drawn, none.count.length], [0, 0, 0, 0]);
  });

  it('a drawing that would be too much to send is made coarser', async () => {
    const { capture, rows } = await scored({ 'conn.log': office(3000).map((row, i) => ({ ...row, source: `10.${i >> 8}.${i & 255}.1` })) });
    const cells = await timelineCells(capture, { ...whole, columns: 4096, rows: 4096 });
    assert.ok(!('reason' in cells) && cells.columns * cells.rows <= 1 << 20 && cells.columns > 500 && cells.rows > 500 && cells.drawn === rows.length);
  });

  it('one row is one cell', async () => {
    const { capture, rows } = await scored({ 'conn.log': [{ time: 77 }] });
    const cells = await timelineCells(capture, whole);
    assert.ok(!('reason' in cells));
    checkCells(capture, rows, whole, cells);
    assert.deepEqual([cells.columns, cells.drawn, cells.count[0], [...cells.span]], [1, 1, 1, [77, 77]]);
  });

  const refusals: { name: string; logs: Record<string, ConnRow[]>; params?: Partial<TimelineParams>; entity?: string; reason: RegExp }[] = [
    { name: 'no rows', logs: { 'conn.log': [] }, reason: /hold no rows/ },
    { name: 'no times', logs: { 'conn.log': [{}, {}] }, reason: /No row .* has a time/ },
    { name: 'networks where hosts on one side are known', logs: { 'conn.log': scan(5) }, params: { grouping: 'subnets' }, entity: 'source', reason: /by their source alone/ },
    { name: 'destinations where sources are known', logs: { 'conn.log': scan(5) }, params: { grouping: 'destination' }, entity: 'source', reason: /by their source alone/ },
  ];
  for (const { name, logs, params, entity, reason } of refusals) {
    it(`says why there is no timeline: ${name}`, async () => {
      const { capture } = await scored(logs, entity === undefined ? model : officeModel({ entity }));
      const cells = await timelineCells(capture, { ...whole, ...params });
      assert.match('reason' in cells ? cells.reason : '', reason);
    });
  }

  it('a log without labels and ports says so, and takes part beside one that has them', async () => {
    const argus = 'StartTime,Dur,Proto,SrcAddr,DstAddr,State,TotPkts,TotBytes\n2011/08/10 09:46:53.047277,3550.1,tcp,10.0.0.1,10.0.0.2,FSPA_FSPA,10,1000\n';
    const folder = folders.make({ 'capture.binetflow': argus });
    const alone = await scoreFolder(readers, folder, model, 0.3);
    assert.equal(alone.rows.rowCount, 1);
    for (const [change, reason] of [[{ colour: 'label' }, /has labels/], [{ grouping: 'ports' }, /has ports/]] as const) {
      const cells = await timelineCells(alone, { ...whole, ...change });
      assert.match('reason' in cells ? cells.reason : '', reason);
    }
    folders.put(folder, 'z/conn.log', connLog(scan(3)));
    const both = await scoreFolder(readers, folder, model, 0.3);
    const cells = await timelineCells(both, { ...whole, colour: 'label', grouping: 'ports', order: 'name' });
    assert.ok(!('reason' in cells));
    assert.deepEqual([cells.labels, cells.groupTotal, cells.drawn], [['no label', 'Malicious'], 4, 4]);
  });

  it('ports and labels of a log that grew, and of logs that come and go, are those of a capture opened afresh', async () => {
    const folder = folders.make({ 'a.log': connLog(office(40).map((row) => ({ ...row, label: 'Benign' }))), 'b.log': connLog([...scan(10, 500), ...office(10, 600)]) });
    const params = { ...whole, colour: 'label', grouping: 'ports', order: 'name', columns: 30, rows: 9 } as const;
    const { session } = openWatched(folder);
    const drawn = async (from: CaptureSession): Promise<unknown> => ({ ...(await from.timeline.cells(params)), revision: 0 });
    await session.investigate(quiet);
    const changes: (() => string)[] = [
      () => folders.put(folder, 'b.log', `${connLog([...scan(10, 500), ...office(10, 600)])}${connLog(oddRows(mulberry32(1), 20, 300)).split('\n').slice(7).join('\n')}`),
      () => folders.put(folder, '0.log', connLog(scan(5, 900))),
      () => (fs.rmSync(path.join(folder, 'a.log')), path.join(folder, 'a.log')),
    ];
    for (const change of changes) {
      assert.ok(await session.refresh([change()], quiet));
      const { session: fresh } = openWatched(folder);
      await fresh.score({}, quiet);
      assert.deepEqual(await drawn(session), await drawn(fresh));
      await fresh.dispose();
    }
    await session.dispose();
  });

  it('nothing is scored', async () => {
    const queries = timelineQueries(nodeFiles, () => undefined);
    const cells = await queries.cells(whole);
    assert.match('reason' in cells ? cells.reason : '', /Nothing is scored yet/);
    assert.deepEqual(await queries.groupNames({ ...whole, start: 0, count: 5 }), { total: 0, items: [] });
    await assert.rejects(queries.cell({ colour: 'state', selection: { time: [0, 1], columns: { ...whole, first: 0, last: 0 } } }), /Nothing is scored/);
  });
});
