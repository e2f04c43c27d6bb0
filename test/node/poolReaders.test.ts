import * as assert from 'node:assert/strict';
import { joinFlows, toFlowTransfer } from '../../server/core/table/flowTransfer';
import * as fs from 'node:fs';
import { gzipSync } from 'node:zlib';
import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import { writeModel } from '../../server/core/detectors/scoring/modelFile';
import { Cancelled, noControl } from '../../server/core/util/control';
import { EntityTable } from '../../server/core/symbols/entities';
import type { EncodedLogRows, LogTask, Readers } from '../../server/engine/ports';
import { poolReaders } from '../../server/node/poolReaders';
import { flowsOfLog } from '../support/capture';
import { flowsOf } from '../support/flows';
import { Folders } from '../support/folder';
import { connHeader, connLine, connLog, type ConnRow, office, scan } from '../support/logs';
import { learnFrom, origin, settingsWith } from '../support/models';
import { job, taskOf, workerScript } from '../support/readers';

const folders = new Folders();
// Rows without a time, damaged lines, multi-byte text and a row much longer than a part's share stand anywhere.
const rows: ConnRow[] = [...office(700), ...scan(300, 2000)].map((row, i) => ({ ...row, ...(i % 11 === 5 ? { time: undefined } : {}), ...(i % 50 === 7 ? { note: 'ä😀' } : {}), ...(i === 400 ? { note: 'x'.repeat(60_000) } : {}) }) as ConnRow);
const lines = rows.map((row, i) => (i % 90 === 3 ? 'damaged' : connLine(row, i)));
const log = [...connHeader, ...lines, ''].join('\n');
const model = writeModel(stateFrequency as never, learnFrom(flowsOfLog(Buffer.from(connLog(office(300))))), origin);
const marks = { label: { column: 'label', matches: 'malicious' }, baseline: { from: 1000, to: 4000 } };

/** With entities by name: hosts may be numbered in another order, entities may not. */
function named(rows: EncodedLogRows): unknown {
  const entities = new EntityTable(rows.entities.kind);
  entities.absorb(rows.entities);
  return { ...rows, entities: Array.from({ length: entities.size }, (_, e) => entities.name(e)) };
}

describe('readers in worker threads', function () {
  this.timeout(30_000);
  let task: LogTask, whole: Readers, parts: Readers;
  before(async () => {
    task = await taskOf(folders.put(folders.make(), 'conn.log', log));
    whole = poolReaders(workerScript, 1);
    parts = poolReaders(workerScript, 2, 1);
  });
  after(async () => {
    await Promise.all([whole.dispose(), parts.dispose()]);
    folders.remove();
  });

  it('a log read in parts is the log read whole', async () => {
    assert.deepEqual(await parts.scan(task, job), await whole.scan(task, job));
    assert.deepEqual(named(await parts.encode(task, model, marks, job)), named(await whole.encode(task, model, marks, job)));
    for (const filter of [{}, { from: 500, to: 1500 }, { label: { column: 'label', matches: 'benign' } }]) {
      const [a, b] = [await parts.collect(task, filter, 'stateFrequency', job), await whole.collect(task, filter, 'stateFrequency', job)];
      const [x, y] = [joinFlows([...a.parts]), joinFlows([...b.parts])];
      assert.deepEqual({ ...a, parts: flowsOf(x) }, { ...b, parts: flowsOf(y) });
      assert.deepEqual(x.places, y.places);
    }
  });

  it('and so with CRLF, without a last line end, and in one line alone', async () => {
    for (const content of [log.replaceAll('\n', '\r\n'), log.trimEnd(), [...connHeader, connLine({ time: 1 })].join('\n')]) {
      const other = await taskOf(folders.put(folders.make(), 'conn.log', content));
      assert.deepEqual(named(await parts.encode(other, model, marks, job)), named(await whole.encode(other, model, marks, job)));
    }
  });

  it('and so with other headers in the middle, wherever parts meet', async () => {
    const swapped = connHeader.map((line) => line.replace('id.orig_h', 'X').replace('id.resp_h', 'id.orig_h').replace('X', 'id.resp_h'));
    const bars = ['#separator |', ...connHeader.slice(1).map((line) => line.replaceAll('\t', '|'))];
    const barred = lines.slice(0, 300).map((line) => line.replaceAll('\t', '|'));
    for (const middle of [[...swapped, ...lines], [...swapped, ...lines, ...connHeader, ...lines], [...bars, ...barred, ...barred], ['#unset_field\t80', ...lines, '#fields', ...lines, '#types', ...lines]]) {
      for (const before of [3, 500]) {
        const mixed = await taskOf(folders.put(folders.make(), 'conn.log', [...connHeader, ...lines.slice(0, before), ...middle, ''].join('\n')));
        const told: number[] = [], listening = { progress: (bytes: number) => told.push(bytes), cancelled: false };
        assert.deepEqual(await parts.scan(mixed, listening), await whole.scan(mixed, job));
        assert.deepEqual(named(await parts.encode(mixed, model, marks, job)), named(await whole.encode(mixed, model, marks, job)));
        const [a, b] = [await parts.collect(mixed, {}, 'stateFrequency', job), await whole.collect(mixed, {}, 'stateFrequency', job)];
        const [x, y] = [joinFlows([...a.parts]), joinFlows([...b.parts])];
        assert.deepEqual([flowsOf(x), x.places, a.summary], [flowsOf(y), y.places, b.summary]);
        assert.ok(told.every((bytes, i) => i === 0 || bytes >= told[i - 1]), 'progress never goes back');
      }
    }
  });

  it('tells what was there: rows, damage with its line, times, whether it is all ASCII', async () => {
    const { summary, entities } = await parts.scan(task, job);
    assert.equal(entities, new Set(rows.flatMap(({ source = '10.0.0.1' }, i) => (lines[i] === 'damaged' ? [] : [source]))).size);
    const damaged = lines.flatMap((line, i) => (line === 'damaged' ? [connHeader.length + i] : []));
    assert.deepEqual([summary.rows, summary.damaged, summary.lines, summary.ascii], [lines.length - damaged.length, damaged.length, connHeader.length + lines.length, false]);
    assert.deepEqual(summary.problems.map((p) => [p.code, p.line]), damaged.map((line) => ['column-count', line]));
    assert.deepEqual(summary.timeSpan, [0, 6990]);
    const plain = await taskOf(folders.put(folders.make(), 'conn.log', connLog(office(30))));
    assert.equal((await whole.scan(plain, job)).summary.ascii, true);
    const bytes = Buffer.from(log), { byteStart, byteLength, line } = await parts.encode(task, model, {}, job);
    for (let row = 0; row < line.length; row += 13) assert.equal(bytes.subarray(byteStart[row], byteStart[row] + byteLength[row]).toString(), log.split('\n')[line[row]]);
  });

  const choices: { name: string; filter: Parameters<Readers['collect']>[1]; keep: (row: ConnRow) => boolean }[] = [
    { name: 'all', filter: {}, keep: () => true },
    { name: 'from a time on', filter: { from: 2000 }, keep: ({ time }) => time !== undefined && time >= 2000 },
    { name: 'before a time', filter: { to: 2000 }, keep: ({ time }) => time !== undefined && time < 2000 },
    { name: 'between times', filter: { from: 100, to: 200 }, keep: ({ time }) => time !== undefined && time >= 100 && time < 200 },
    { name: 'of a label, in any case', filter: { label: { column: 'label', matches: 'BENIGN' } }, keep: ({ label = 'Benign' }) => label === 'Benign' },
    { name: 'of a label, whole', filter: { label: { column: 'label', matches: 'Mal' } }, keep: () => false },
    { name: 'of one of several labels', filter: { label: { column: 'label', matches: 'x|mal.*' } }, keep: ({ label }) => label === 'Malicious' },
    { name: 'of a number', filter: { label: { column: 'id.resp_p', matches: '80' } }, keep: ({ port }) => port === 80 },
    { name: 'of a column that is not there', filter: { label: { column: 'nosuch', matches: '.*' } }, keep: () => false },
    { name: 'of a label and a time', filter: { label: { column: 'label', matches: 'malicious' }, from: 2100 }, keep: ({ label, time }) => label === 'Malicious' && time !== undefined && time >= 2100 },
  ];
  for (const { name, filter, keep } of choices) {
    it(`collects rows ${name}`, async () => {
      const expected = rows.flatMap((row, i) => (lines[i] !== 'damaged' && keep(row) ? [connHeader.length + i] : []));
      assert.deepEqual([...joinFlows([...(await whole.collect(task, filter, 'stateFrequency', job)).parts]).places.line], expected);
    });
  }

  it('hashes a file as it is on disk', async () => {
    const packed = gzipSync(log), file = await taskOf(folders.put(folders.make(), 'conn.log.gz', packed));
    const { createHash } = await import('node:crypto');
    assert.equal((await parts.collect(file, {}, 'stateFrequency', job)).sha256, createHash('sha256').update(packed).digest('hex'));
  });

  it('a compressed log is read like the plain one', async () => {
    const file = await taskOf(folders.put(folders.make(), 'conn.log.gz', gzipSync(log)));
    assert.deepEqual(named(await parts.encode(file, model, marks, job)), named(await whole.encode(task, model, marks, job)));
  });

  it('learns what the detector learns, and tells how far it is', async () => {
    const table = flowsOfLog(Buffer.from(connLog(office(4000).map((row, i) => ({ ...row, bytes: (i * 7919) % 4001 }))))), told: number[] = [];
    // Before its columns go to the worker.
    const expected = writeModel(stateFrequency as never, learnFrom(table), origin);
    const container = await whole.learn([toFlowTransfer(table)], table.rowCount, 'stateFrequency', settingsWith(), false, { report: (fraction) => told.push(fraction), cancelled: false });
    const learned = stateFrequency.load(container);
    assert.ok(!('fault' in learned));
    assert.deepEqual(writeModel(stateFrequency as never, learned, origin), expected);
    assert.equal(table.places.line.length, 0);
    assert.ok(told.length > 0 && told.every((f, i) => f >= 0 && f <= 1 && (i === 0 || f >= told[i - 1])), String(told));
  });

  it('a log that is gone is a problem of its own, not the end of the others', async () => {
    const gone = await taskOf(folders.put(folders.make(), 'conn.log', log));
    fs.rmSync(gone.path);
    const [lost, there] = await Promise.all([parts.encode(gone, model, {}, job), parts.encode(task, model, {}, job)]);
    assert.deepEqual([lost.summary.problems[0].code, lost.symbol.length], ['unreadable', 0]);
    assert.ok(there.symbol.length > 900);
  });

  it('a cancel ends running and waiting jobs, and the pool works on', async () => {
    const own = poolReaders(workerScript, 1), stop = { progress: () => undefined, cancelled: true };
    await assert.rejects(own.scan(task, stop), Cancelled);
    await assert.rejects(own.learn([toFlowTransfer(flowsOfLog(Buffer.from(log)))], 100, 'stateFrequency', settingsWith(), false, { ...noControl, cancelled: true }), Cancelled);
    assert.ok((await own.scan(task, job)).summary.rows > 0);
    const late = own.scan(task, job).then(() => 'done', (error: unknown) => error);
    await own.dispose();
    const outcome = await late;
    assert.ok(outcome === 'done' || outcome instanceof Cancelled, String(outcome));
    await assert.rejects(own.scan(task, job), Cancelled);
  });
});
