import * as assert from 'node:assert/strict';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import { bandOf } from '../../server/engine/findings';
import { groupDetails, groupFindingsPage, groupPage } from '../../server/engine/rootCauses';
import { selectRows } from '../../server/engine/rowSelection';
import type { ScoredCapture } from '../../server/engine/scoredCapture';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import type { FindingFilter, GroupOrder, RootCauseGroup } from '../../server/protocol/rootCauses';
import type { RowSelection } from '../../server/protocol/selection';
import { Folders } from '../support/folder';
import { connLog, office, scan } from '../support/logs';
import { workerScript } from '../support/readers';
import { oddRows, officeModel, type PlainRow, plainRows, scoreFolder } from '../support/scoredCapture';

/** So rare that the odd rows fall into all bands. */
const RARE = 1e-11;
const all = { start: 0, count: 1000, filter: '', order: 'score' as GroupOrder };

describe('root causes', function () {
  this.timeout(60_000);
  const folders = new Folders(), readers = poolReaders(workerScript, 1), model = officeModel();
  let capture: ScoredCapture, rows: PlainRow[];
  before(async () => {
    const rng = mulberry32(3), logs = { 'day1/conn.log': oddRows(rng, 300, 400), 'day2/conn.log': oddRows(rng, 200, 400), 'day2/http.conn.log': scan(40, 1200), 'day3/conn.log': office(300, 900) };
    capture = await scoreFolder(readers, folders.make(Object.fromEntries(Object.entries(logs).map(([name, list]) => [name, connLog(list)]))), model, RARE);
    rows = plainRows(capture, logs);
  });
  after(async () => {
    await readers.dispose();
    folders.remove();
  });

  const entityOf = (row: PlainRow): string => `${row.source || '?'} -> ${row.destination || '?'}`;
  const textOf = (group: number): string => capture.detector.rootCauseWords(capture.model, capture.findings.groups[group].state, capture.findings.groups[group].symbol, 0);

  /** Findings that count, by group, with their rows: one by one. */
  function counted(filter: Partial<FindingFilter>, inFile: (path: string) => boolean, selected: (row: number) => boolean): Map<string, { finding: number; members: PlainRow[] }[]> {
    const { findings } = capture, groups = new Map<string, { finding: number; members: PlainRow[] }[]>();
    for (let finding = 0; finding < findings.worstScore.length; finding++) {
      const members = rows.filter((row) => row.finding === finding), name = entityOf(members[0]).toLowerCase(), group = findings.group[finding], { key } = findings.groups[group];
      const words = (filter.filter ?? '').toLowerCase().split(' ').every((word) => textOf(group).toLowerCase().includes(word) || name.includes(word));
      const band = !filter.bands || filter.bands.includes(bandOf(findings.worstScore[finding], findings.threshold));
      if (words && band && name.includes(filter.host ?? '') && members.some((row) => inFile(row.file) && selected(row.row))) groups.set(key, [...(groups.get(key) ?? []), { finding, members }]);
    }
    return groups;
  }

  const filters: { name: string; filter: Partial<FindingFilter>; inFile?: (path: string) => boolean; none?: boolean }[] = [
    { name: 'all', filter: {} }, { name: 'empty texts', filter: { filter: ' ', host: '', file: ' ' } },
    { name: 'a word of the root cause', filter: { filter: 'SYSTEM port' } }, { name: 'words of both', filter: { filter: 'system 10.0.0.1' } }, { name: 'words of nothing', filter: { filter: 'system nobody' }, none: true },
    { name: 'a host', filter: { host: '2001:db8' } }, { name: 'a part of a path', filter: { file: 'Y2/' }, inFile: (path) => path.startsWith('day2/') },
    { name: 'a glob', filter: { file: 'day2/c*.log' }, inFile: (path) => path === 'day2/conn.log' }, { name: 'a glob of the name', filter: { file: 'http*' }, inFile: (path) => path.endsWith('http.conn.log') },
    { name: 'no file', filter: { file: '[' }, inFile: () => false, none: true }, { name: 'a band', filter: { bands: ['low'] } }, { name: 'two bands', filter: { bands: ['high', 'medium'] } }, { name: 'no band', filter: { bands: [] }, none: true },
    { name: 'a time', filter: { selection: { time: [1100, 1150] } } }, { name: 'no time at all', filter: { selection: {} } },
    { name: 'columns', filter: { selection: { columns: { grouping: 'source', order: 'name', filter: '', first: 4, last: 7 } } } },
    { name: 'much together', filter: { filter: 'tcp', host: '10.0.0', file: '**/conn.log', bands: ['high', 'low'], selection: { time: [1000, 1300] } }, inFile: (path) => path.endsWith('/conn.log') },
  ];
  for (const { name, filter, inFile = () => true, none = false } of filters) {
    it(`those that count are found as one by one: ${name}`, async () => {
      const selection = filter.selection && (await selectRows(capture, filter.selection));
      const expected = counted({ ...filter, filter: (filter.filter ?? '').trim() }, inFile, (row) => !selection || selection[row] === 1);
      const groups = await groupPage(capture, { ...all, ...filter });
      assert.equal(groups.total === 0, none);
      assert.deepEqual(new Set(groups.items.map(({ id }) => id)), new Set(expected.keys()));
      for (const group of groups.items) {
        const own = expected.get(group.id)!, members = own.flatMap((finding) => finding.members), times = members.map(({ time }) => time).filter((time) => !Number.isNaN(time));
        const score = Math.max(...own.map(({ finding }) => capture.findings.worstScore[finding]));
        assert.deepEqual({ ...group, text: '' }, {
          id: group.id, state: group.state, text: '', findings: own.length, rows: members.length, entities: new Set(members.map(entityOf)).size, score, band: bandOf(score, capture.findings.threshold),
          ...(times.length > 0 ? { timeSpan: [Math.min(...times), Math.max(...times)] } : {}),
        } satisfies RootCauseGroup);
        const findings = await groupFindingsPage(nodeFiles, capture, group.id, { start: 0, count: 1000, ...filter });
        assert.deepEqual(findings.items.map(({ id }) => Number(id)), own.map(({ finding }) => finding).sort((a, b) => capture.findings.worstScore[b] - capture.findings.worstScore[a] || a - b));
        assert.deepEqual(await groupFindingsPage(nodeFiles, capture, group.id, { ...filter, start: 1, count: 2 }), { total: findings.total, items: findings.items.slice(1, 3) });
        await checkDetail(group.id, filter, members);
      }
    });
  }

  async function checkDetail(id: string, filter: Partial<FindingFilter>, members: readonly PlainRow[]): Promise<void> {
    const [detail] = await groupDetails(capture, [id], 10, filter);
    const times = rows.map(({ time }) => time).filter((time) => !Number.isNaN(time)), first = Math.min(...times), last = Math.max(...times);
    const spark = Array.from({ length: 10 }, () => 0);
    for (const { time } of members) if (!Number.isNaN(time)) spark[Math.min(9, Math.floor(((time - first) / (last - first)) * 10))]++;
    assert.deepEqual(detail.spark, spark);
    const count = (nameOf: (row: PlainRow) => string): number[] => [...new Set(members.map(nameOf))].map((name) => members.filter((row) => nameOf(row) === name).length).sort((a, b) => b - a).slice(0, 8);
    assert.deepEqual([detail.entities.map((one) => one.rows), detail.files.map((one) => one.rows), detail.fileTotal], [count(entityOf), count(({ file }) => file), new Set(members.map(({ file }) => file)).size]);
    for (const { name, rows: n } of detail.entities) assert.equal(members.filter((row) => entityOf(row) === name).length, n);
    for (const { path, rows: n } of detail.files) assert.equal(members.filter((row) => row.file === path).length, n);
  }

  it('are in order, whatever comes first, and pages make up the whole', async () => {
    for (const order of ['score', 'size', 'newest'] as const) {
      const { items, total } = await groupPage(capture, { ...all, order });
      const by = ({ score, rows: n, timeSpan }: RootCauseGroup): number => (order === 'score' ? score : order === 'size' ? n : (timeSpan?.[1] ?? -1));
      items.forEach((group, i) => {
        const before = items[i - 1];
        if (i > 0) assert.ok(by(before) > by(group) || (by(before) === by(group) && (before.rows > group.rows || (before.rows === group.rows && before.id < group.id))), `${order} ${i}`);
      });
      const paged: RootCauseGroup[] = [];
      for (let start = 0; start < total; start += 7) paged.push(...(await groupPage(capture, { ...all, order, start, count: 7 })).items);
      assert.deepEqual(paged, items);
    }
  });

  it('details come in the order asked for, of groups that are there', async () => {
    const ids = (await groupPage(capture, all)).items.map(({ id }) => id).reverse();
    const details = await groupDetails(capture, ['gone', ...ids], 0, {});
    assert.deepEqual(details.map(({ id }) => id), ids.slice(0, 199));
    assert.ok(details.every(({ spark }) => spark.length === 1));
    assert.equal((await groupDetails(capture, ids.slice(0, 1), 1e9, {}))[0].spark.length, 256);
    assert.deepEqual(await groupFindingsPage(nodeFiles, capture, 'gone', { start: 0, count: 10 }), { total: 0, items: [] });
  });

  it('a capture without times has no sparklines', async () => {
    const timeless = await scoreFolder(readers, folders.make({ 'conn.log': connLog(oddRows(mulberry32(1), 100, 1, 1)) }), model, 0.3);
    const { items } = await groupPage(timeless, all);
    assert.ok(items.length > 0 && items.every(({ timeSpan }) => timeSpan === undefined));
    assert.deepEqual((await groupDetails(timeless, [items[0].id], 20, {}))[0].spark, []);
  });

  describe('selections of rows', () => {
    it('are those of a slow look at each row', async () => {
      const rng = mulberry32(7);
      for (let run = 0; run < 40; run++) {
        const time = [990 + randomBelow(rng, 500), 990 + randomBelow(rng, 500)] as const, columns = { grouping: 'source', order: 'name', filter: '10.', first: randomBelow(rng, 10), last: randomBelow(rng, 10) } as const;
        const selection: RowSelection = { ...(rng() < 0.7 ? { time } : {}), ...(rng() < 0.7 ? { columns } : {}) };
        const names = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.9', '10.0.0.10', '10.0.1.7', '10.9.9.9', '::ffff:10.0.0.5'], [first, last] = [Math.min(columns.first, columns.last), Math.max(columns.first, columns.last)];
        const expected = rows.map((row) => ((!selection.time || (row.time >= Math.min(...time) && row.time <= Math.max(...time))) && (!selection.columns || names.slice(first, last + 1).includes(row.source)) ? 1 : 0));
        assert.deepEqual([...(await selectRows(capture, selection))], expected, JSON.stringify(selection));
      }
    });

    it('the last one is kept; what is no number does not limit; columns that cannot be are told', async () => {
      const selection = { time: [1100, 1200] } as const;
      assert.equal(await selectRows(capture, selection), await selectRows(capture, { ...selection }));
      const every = await selectRows(capture, {});
      assert.ok(every.length === rows.length && every.every((on) => on === 1));
      const timed = await selectRows(capture, { time: [NaN, Infinity] });
      assert.deepEqual([...timed], rows.map(({ time }) => (Number.isNaN(time) ? 0 : 1)));
      const none = await selectRows(capture, { columns: { grouping: 'pair', order: 'first', filter: 'nobody', first: 0, last: 9 } });
      assert.ok(none.every((on) => on === 0));
      const bySource = await scoreFolder(readers, folders.make({ 'conn.log': connLog(scan(5)) }), officeModel({ entity: 'source' }), 0.3);
      await assert.rejects(selectRows(bySource, { columns: { grouping: 'pair', order: 'first', filter: '', first: 0, last: 9 } }), /by their source alone/);
    });
  });
});
