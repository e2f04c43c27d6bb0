import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { recognise } from '../../../server/core/formats/registry';
import { unescapeJson } from '../../../server/core/formats/jsonScanner';
import { decodeUtf8 } from '../../../server/core/util/utf8';
import { needShared } from '../../support/shared';
import { bytesOf, codes, fileBytes, flowsOf, readAll, readIn, recognised, rowsOf, values } from './reading';

const CONN = { ts: 1664464159.938391, uid: 'CfXky83wmwEkMymyX3', 'id.orig_h': '172.16.1.11', 'id.orig_p': 50000, 'id.resp_h': '172.16.1.24', 'id.resp_p': 443, proto: 'tcp', service: 'ssl', duration: 1.5, orig_bytes: 10, resp_bytes: 20, conn_state: 'SF', local_orig: true, orig_pkts: 1, resp_pkts: 2 };
const json = (...objects: (object | string)[]): Uint8Array => bytesOf(`${objects.map((object) => (typeof object === 'string' ? object : JSON.stringify(object))).join('\n')}\n`);

describe('Zeek JSON', () => {
  it('reads dotted keys', () => {
    const result = readAll(json(CONN));
    assert.deepEqual([result.header.format, result.header.kind, result.header.headerLines, result.problems], ['zeekJson', 'conn', 0, []]);
    assert.deepEqual(rowsOf(result.tables), [{ '@line': 0, '@start': 0, '@length': JSON.stringify(CONN).length, ...CONN, local_orig: 'T' }]);
    assert.deepEqual(flowsOf(result), [
      { time: 1664464159.938391, duration: 1.5, source: '172.16.1.11', destination: '172.16.1.24', sourcePort: 50000, destinationPort: 443, protocol: 'tcp', service: 'ssl', state: 'SF', forwardBytes: 10, backwardBytes: 20, forwardPackets: 1, backwardPackets: 2 },
    ]);
  });

  it('reads underscores and @stream', () => {
    const { header, tables } = readAll(json({ '@stream': 'conn', '@proc': 'zeek', ts: 1588205199.82437, uid: 'Cv', id_orig_h: '10.0.1.6', id_orig_p: 5, id_resp_h: '10.0.0.4', id_resp_p: 53, orig_l2_addr: '00:0d' }));
    assert.deepEqual([header.kind, header.dialect['keys'], values(tables, 'id.orig_h'), values(tables, 'id.resp_p'), values(tables, 'orig_l2_addr')], ['conn', 'underscore', ['10.0.1.6'], [53], ['00:0d']]);
  });

  it('reads the stream of Corelight: _path and ISO times', () => {
    const { header, tables } = readAll(json({ _path: 'x509', _write_ts: '2018-03-24T17:15:20.624556Z', ts: '2018-11-28T04:50:48.848281+01:00', fingerprint: 'b2', 'certificate.not_valid_before': '2011-09-10T12:15:02.000000Z', seen_at: '1970-01-01T00:00:01Z', 'san.dns': ['a', 'b'] }));
    assert.deepEqual([header.kind, values(tables, 'ts'), values(tables, 'seen_at'), values(tables, 'san.dns')], ['x509', [1543377048.848281], [1], ['["a","b"]']]);
    assert.deepEqual(values(tables, 'certificate.not_valid_before'), [1315656902]);
  });

  it('reads logs without ts', () => {
    assert.equal(readAll(json({ name: '/opt/zeek/base/init-bare.zeek' })).header.kind, 'loaded_scripts');
    assert.equal(readAll(json({ _path: 'loaded_scripts', _write_ts: '1970-01-01T00:00:00.000000Z', name: 'x' })).header.kind, 'loaded_scripts');
  });

  it('knows kinds by their fields', () => {
    const base = { ts: 1, uid: 'C', 'id.orig_h': 'a', 'id.orig_p': 1, 'id.resp_h': 'b', 'id.resp_p': 2 };
    const kinds = [{ ...base, trans_id: 1, rejected: false }, { ...base, trans_depth: 1, request_body_len: 0 }, { ...base, auth_attempts: 0 }, { ...base, oddity: 1 }].map((object) => recognised(json(object)).header.kind);
    assert.deepEqual(kinds, ['dns', 'http', 'ssh', 'unknown']);
  });

  it('finds fields while it reads', () => {
    const far = Array.from({ length: 600 }, () => CONN);
    const bytes = json(...far, { ...CONN, missed_bytes: 7, oddity: 7, inner: { a: [1, '}'] } }, CONN);
    const { header, format } = recognised(bytes);
    assert.ok(!header.fields.some((field) => field.name === 'missed_bytes'));
    const { tables, problems } = readIn(format, header, bytes, [], { batchRows: 601 });
    assert.deepEqual([problems, values(tables, 'missed_bytes')[600], values(tables, 'oddity')[600], values(tables, 'inner')[600], values(tables, 'inner')[601]], [[], 7, '7', '{"a":[1,"}"]}', undefined]);
    assert.deepEqual([tables.length, tables[1].columns.has('oddity')], [2, true]);
  });

  it('undoes escapes', () => {
    const text = 'a"b\\c/\b\f\n\r\té€😀\u0001';
    const written = JSON.stringify({ ...CONN, service: text }).replace('😀', '\\ud83d\\ude00').replace('/', '\\/');
    assert.deepEqual(values(readAll(json(written, { ...CONN, service: '' })).tables, 'service'), [text, '']);
  });

  it('undoes any escapes as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, ascii) => {
        const inside = JSON.stringify(text).slice(1, -1);
        const written = bytesOf(ascii ? inside.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`) : inside);
        return decodeUtf8(unescapeJson(written, 0, written.length)) === text;
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('takes null as missing, the last of equal keys, and values of the wrong kind', () => {
    const lines = ['{"ts":1,"uid":"C","id.orig_h":"a","id.orig_p":"53","id.resp_h":"b","id.resp_p":null,"proto":17,"service":null,"proto":"tcp"}', '{"ts":"x","uid":"C","id.orig_h":"a","id.orig_p":true,"id.resp_h":"b","id.resp_p":[],"service":"s","service":null}'];
    const { tables, problems } = readAll(json(...lines));
    assert.deepEqual([values(tables, 'id.orig_p'), values(tables, 'id.resp_p'), values(tables, 'proto'), values(tables, 'service'), values(tables, 'ts')], [[53, undefined], [undefined, undefined], ['tcp', undefined], [undefined, undefined], [1, undefined]]);
    assert.deepEqual(problems.map((p) => [p.code, p.line]), [['bad-time', 1], ['bad-number', 1], ['bad-number', 1]]);
  });

  it('gives up broken lines, and clears what it read of them', () => {
    const broken = ['{"ts":1,"uid":"C', '{"ts":1,"uid":"C"', '{"ts":1 "uid":"C"}', '{"ts":1,}', '{"ts":1}x', '[1]', 'text', '{"ts":tru}', '{ts:1}', '{"a":[1,2}', '{"a":"\\"}'];
    const { rows, damaged, problems, tables } = readAll(json(...Array.from({ length: 20 }, () => CONN), ...broken, '{ "ts" : 2 , "uid" : "D" }', '{}'));
    assert.deepEqual([rows, damaged, codes(problems), problems[0].line], [22, broken.length, ['broken-json'], 20]);
    assert.deepEqual([rowsOf(tables)[20]['ts'], rowsOf(tables)[20]['uid'], Object.keys(rowsOf(tables)[21]).length], [2, 'D', 3]);
  });

  it('cuts lines', () => {
    const { header, format } = recognised(json(CONN));
    const line = bytesOf('{"uid":"C\\"x", "nobody":1, "id.orig_p": 7, "tunnel_parents":[]}');
    assert.deepEqual(format.split(header, line).map(({ field, start, end }) => [header.fields[field].name, decodeUtf8(line, start, end)]), [['uid', 'C\\"x'], ['id.orig_p', '7']]);
  });

  it('is not taken in by other JSON', () => {
    const others = [
      { timestamp: '2021-06-06T15:59:46.457984+0200', flow_id: 1, event_type: 'alert', src_ip: '1.2.3.4', proto: 'TCP' },
      { Format: 'IDEA0', ID: '2e', DetectTime: '2024-05-13T13:14:49.600149+00:00', uids: ['C9'] },
      { level: 'info', ts: 1600000000.1, msg: 'started', caller: 'main.go:1' },
      { name: 'package', version: '1.0.0' },
      { ts: 1 },
    ];
    for (const object of others) assert.equal(recognise(json(object)), undefined, JSON.stringify(object));
    for (const text of ['{', '{}\n', '[]\n', '{"a":{"b":1}}\n']) assert.equal(recognise(bytesOf(text)), undefined, text);
  });

  it('reads the same requests from TSV and JSON alike', function () {
    const tsv = readAll(fileBytes(needShared(this, 'data/rita/valid_tsv/http.log.gz')));
    const other = readAll(fileBytes(needShared(this, 'data/rita/valid_json/http.log.gz')));
    const names = ['ts', 'id.orig_h', 'id.orig_p', 'method', 'host', 'uri', 'user_agent', 'request_body_len', 'status_code', 'status_msg'];
    // These JSON logs were made from others: they lack empty texts, and have the escape of byte 1 as text.
    const same = (value: unknown): unknown => (value === '' ? null : typeof value === 'string' ? value.replaceAll('\\x01', '\x01') : (value ?? null));
    const rows = (result: typeof tsv): string[] => rowsOf(result.tables).map((row) => JSON.stringify([row['uid'], row['trans_depth'], ...names.map((name) => same(row[name]))])).sort();
    assert.deepEqual([tsv.rows, other.rows], [27204, 27204]);
    assert.deepEqual(rows(other), rows(tsv));
  }).timeout(20_000);

  const real: [path: string, kind: string, rows: number, damaged: number][] = [
    ['rita/truncated/conn_json.log', 'conn', 3, 1],
    ['otrf-zeek/apt29/day1/zeek/individual_zeek_logs/NASHUA_conn.log', 'conn', 479, 0],
    ['stratosphere-testing/002-zeek-scenario-port-scanning/conn.log', 'conn', 4504, 0],
    ['zed-sample-data/zeek-json/rdp.json.gz', 'rdp', 4122, 0],
    ['zat/json/loaded_scripts.log', 'loaded_scripts', 50, 0],
  ];
  for (const [path, kind, rows, damaged] of real) {
    it(`reads ${path}`, function () {
      const result = readAll(fileBytes(needShared(this, `data/${path}`)));
      assert.deepEqual([result.header.kind, result.rows, result.damaged], [kind, rows, damaged]);
    });
  }
});
