import * as assert from 'node:assert/strict';
import { recognise } from '../../../server/core/formats/registry';
import { needShared } from '../../support/shared';
import { bytesOf, codes, fileBytes, flowsOf, readAll, readIn, recognised, rowsOf, values } from './reading';

const HEADER = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', '#path\tconn', '#open\t2019-02-28-12-07-01'];
const FIELDS = '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents';
const TYPES = '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]';
const ROW = '1517336042.090842\tCi85EB2YjUI9a2eql6\t10.55.182.100\t14291\t10.233.233.5\t80\ttcp\thttp\t3.000158\t5\t7\tSF\t2\t104\t1\t60\t(empty)';
const UNSET = '1517336041.5\tCVvreZ2AGtqjnP3nnl\tfe80::1\t3\tff02::2\t1\ticmp\t-\t-\t-\t-\tOTH\t1\t56\t0\t0\t-';

const log = (...lines: string[]): Uint8Array => bytesOf(`${lines.join('\n')}\n`);
const whole = (...rows: string[]): Uint8Array => log(...HEADER, FIELDS, TYPES, ...rows);

describe('Zeek TSV', () => {
  it('knows the header', () => {
    const { header } = readAll(whole(ROW));
    assert.deepEqual([header.format, header.kind, header.fields.length, header.headerLines], ['zeekTsv', 'conn', 17, 8]);
    assert.equal(header.headerBytes, whole().length);
    assert.deepEqual(header.fields[8], { name: 'duration', type: 'number', declared: 'interval' });
    assert.deepEqual(header.dialect, { layout: 'directives', separator: '\t', setSeparator: ',', empty: '(empty)', unset: '-', joined: '1' });
    assert.deepEqual(header.problems, []);
  });

  it('reads values, missing values and the empty text', () => {
    const { tables, problems } = readAll(whole(ROW, UNSET));
    assert.deepEqual(problems, []);
    const [first, second] = rowsOf(tables);
    assert.deepEqual(first, {
      '@line': 8, '@start': whole().length, '@length': ROW.length,
      ts: 1517336042.090842, uid: 'Ci85EB2YjUI9a2eql6', 'id.orig_h': '10.55.182.100', 'id.orig_p': 14291, 'id.resp_h': '10.233.233.5', 'id.resp_p': 80, proto: 'tcp', service: 'http',
      duration: 3.000158, orig_bytes: 5, resp_bytes: 7, conn_state: 'SF', orig_pkts: 2, orig_ip_bytes: 104, resp_pkts: 1, resp_ip_bytes: 60, tunnel_parents: '',
    });
    assert.deepEqual(Object.keys(second), ['@line', '@start', '@length', 'ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'conn_state', 'orig_pkts', 'orig_ip_bytes', 'resp_pkts', 'resp_ip_bytes']);
    const duration = tables[0].columns.get('duration');
    assert.ok(duration?.kind === 'number' && duration.values[1] === 0, 'a missing number reads 0, never NaN');
  });

  it('gives the flow view', () => {
    const result = readAll(whole(ROW, UNSET));
    assert.deepEqual(flowsOf(result), [
      { time: 1517336042.090842, duration: 3.000158, source: '10.55.182.100', destination: '10.233.233.5', sourcePort: 14291, destinationPort: 80, protocol: 'tcp', service: 'http', state: 'SF', forwardBytes: 5, backwardBytes: 7, forwardPackets: 2, backwardPackets: 1 },
      { time: 1517336041.5, source: 'fe80::1', destination: 'ff02::2', destinationPort: 3 * 256 + 1, protocol: 'icmp', state: 'OTH', forwardPackets: 1, backwardPackets: 0 },
    ]);
    const needed = new Set([...result.format.flowFields(result.header).values()].flat());
    const narrow = { ...result, ...readIn(result.format, result.header, whole(ROW, UNSET), [], { fields: needed }) };
    assert.deepEqual(flowsOf(narrow), flowsOf(result));
    assert.ok(!narrow.tables[0].columns.has('uid'));
  });

  it('takes IP bytes only where the log has no payload bytes', () => {
    const result = readAll(log('#path\tconn', '#fields\tts\tproto\torig_ip_bytes\tresp_ip_bytes', '#types\ttime\tenum\tcount\tcount', '1.0\ttcp\t104\t60'));
    assert.deepEqual(flowsOf(result), [{ time: 1, protocol: 'tcp', forwardBytes: 104, backwardBytes: 60 }]);
  });

  it('has no flows in other logs', () => {
    const { header, format } = recognised(log('#path\tdns', '#fields\tts\tquery', '#types\ttime\tstring', '1.0\tx.org'));
    assert.equal(format.flowFields(header).size, 0);
  });

  it('treats the label columns of labelled logs alike: unset and empty labels are no labels', () => {
    const fields = (extra: string): string => `${FIELDS}\t${extra}`;
    const rows = ['Benign\tMicrosoft', '(empty)\t(empty)', '-\t-'].map((labels) => `${ROW}\t${labels}`);
    const result = readAll(log(...HEADER, fields('label\tdetailedlabel'), `${TYPES}\tstring\tstring`, ...rows));
    assert.deepEqual(values(result.tables, 'label'), ['Benign', '', undefined]);
    assert.deepEqual(flowsOf(result).map((flow) => flow['label']), ['Benign', undefined, undefined]);
  });

  it('cuts the last column of IoT-23 into its three fields', () => {
    const joined = log(...HEADER, `${FIELDS}   label   detailed-label`, `${TYPES}   string   string`, `${ROW.replace('(empty)', '-')}   Malicious   C&C`, `${ROW}   Benign   -`, ROW);
    const result = readAll(joined);
    assert.deepEqual(result.header.fields.slice(-3).map((field) => [field.name, field.declared]), [['tunnel_parents', 'set[string]'], ['label', 'string'], ['detailed-label', 'string']]);
    assert.deepEqual(rowsOf(result.tables).map((row) => [row['tunnel_parents'], row['label'], row['detailed-label']]), [[undefined, 'Malicious', 'C&C'], ['', 'Benign', undefined]]);
    assert.deepEqual([result.damaged, result.problems[0].code, result.problems[0].line], [1, 'column-count', 10]);
    assert.deepEqual(flowsOf(result).map((flow) => flow['label']), ['Malicious', 'Benign']);
    const line = bytesOf(`${ROW}   Benign   -`);
    const cells = result.format.split(result.header, line).map(({ start, end }) => new TextDecoder().decode(line.subarray(start, end)));
    assert.deepEqual(cells.slice(-3), ['(empty)', 'Benign', '-']);
  });

  it('reads the CSV files of IoT-23', () => {
    const head = `${FIELDS.slice('#fields\t'.length).replaceAll('\t', '|')}|label|detailed-label`;
    const csv = log(head, `${ROW.replaceAll('\t', '|')}|Malicious   C&C|Torii`, head, `${ROW.replaceAll('\t', '|')}|Benign|-`);
    const result = readAll(csv);
    assert.deepEqual([result.header.kind, result.header.headerLines, result.rows, result.damaged, result.lines], ['conn', 1, 2, 0, 4]);
    assert.deepEqual(rowsOf(result.tables).map((row) => [row['ts'], row['label'], row['detailed-label']]), [[1517336042.090842, 'Malicious   C&C', 'Torii'], [1517336042.090842, 'Benign', undefined]]);
  });

  for (const [name, separator] of [['comma', ','], ['bar', '|'], ['byte 1', '\x01']]) {
    it(`reads other separators: ${name}`, () => {
      const hex = separator.charCodeAt(0).toString(16).padStart(2, '0');
      const lines = [...HEADER.slice(1), FIELDS, TYPES, ROW, UNSET].map((line) => line.replaceAll('\t', separator));
      const { tables, header } = readAll(log(`#separator \\x${hex}`, ...lines));
      assert.deepEqual([header.kind, header.dialect['separator']], ['conn', separator]);
      assert.deepEqual(values(tables, 'uid'), ['Ci85EB2YjUI9a2eql6', 'CVvreZ2AGtqjnP3nnl']);
    });
  }

  it('obeys the unset, empty and set separator of the header', () => {
    const { tables, header } = readAll(log('#separator \\x09', '#set_separator\t;', '#empty_field\tEMPTY', '#unset_field\tNULL', '#path\tx', '#fields\ta\tb\tc', '#types\tstring\tcount\tset[string]', 'NULL\tNULL\tEMPTY', '-\t7\tp;q', '(empty)\t8\t'));
    assert.equal(header.dialect['setSeparator'], ';');
    assert.deepEqual([values(tables, 'a'), values(tables, 'b'), values(tables, 'c')], [[undefined, '-', '(empty)'], [undefined, 7, 8], ['', 'p;q', undefined]]);
  });

  it('undoes escapes in texts, not in sets', () => {
    const { tables } = readAll(log('#path\tx', '#fields\ta\tb', '#types\tstring\tvector[string]', 'tab\\x09and \\\\host\\\\x41\tp\\x2cq,r', '\\x2d\t-', 'CN=Inc\\, x\\x4\t-', '\\xc3\\xa4\t-'));
    assert.deepEqual(values(tables, 'a'), ['tab\tand \\host\\x41', '-', 'CN=Inc\\, x\\x4', 'ä']);
    assert.deepEqual(values(tables, 'b'), ['p\\x2cq,r', undefined, undefined, undefined]);
  });

  it('skips headers in the middle, and reads on by one that differs', () => {
    const again = readAll(whole(ROW, '#close\t2019-02-28', ...HEADER, FIELDS, TYPES, UNSET, '#close\t2019'));
    assert.deepEqual([again.rows, again.damaged, again.lines, again.problems], [2, 0, 20, []]);
    const { tables, problems } = readAll(whole(ROW, '#fields\tuid\textra\tts', '#types\tstring\tcount\ttime', 'Cx\t5\t7.5'));
    assert.deepEqual(codes(problems), ['header-changed']);
    assert.deepEqual([values(tables, 'uid'), values(tables, 'ts'), values(tables, 'extra'), values(tables, 'proto')], [['Ci85EB2YjUI9a2eql6', 'Cx'], [1517336042.090842, 7.5], [undefined, 5], ['tcp', undefined]]);
  });

  it('keeps rows with more columns than names, and says so once', () => {
    const { rows, problems, tables } = readAll(whole(`${ROW}\tx`, `${ROW}\ty`));
    assert.deepEqual([rows, problems.map((p) => [p.code, p.line]), values(tables, 'proto')], [2, [['extra-columns', 8]], ['tcp', 'tcp']]);
  });

  it('gives up rows with too few columns, and says where', () => {
    const bytes = whole(ROW, 'half a row\t1', UNSET);
    const { rows, damaged, problems, tables } = readAll(bytes);
    assert.deepEqual([rows, damaged, values(tables, 'proto'), values(tables, 'service')], [2, 1, ['tcp', 'icmp'], ['http', undefined]]);
    const start = whole(ROW).length;
    assert.deepEqual(problems.map(({ code, severity, line, byteStart, byteEnd }) => ({ code, severity, line, byteStart, byteEnd })), [{ code: 'column-count', severity: 'error', line: 9, byteStart: start, byteEnd: start + 12 }]);
    assert.match(problems[0].message, /2 instead of 17/);
  });

  it('makes a bad number one missing value', () => {
    const { tables, problems, damaged } = readAll(whole(ROW.replace('14291', 'x1'), ROW.replace('1517336042.090842', 'yesterday')));
    assert.deepEqual([values(tables, 'id.orig_p'), values(tables, 'ts'), damaged], [[undefined, 14291], [1517336042.090842, undefined], 0]);
    assert.deepEqual(problems.map((p) => [p.code, p.line, p.message]), [
      ['bad-number', 8, 'Not a number: id.orig_p is “x1”. The value counts as missing.'],
      ['bad-time', 9, 'Not a time: ts is “yesterday”. The value counts as missing.'],
    ]);
  });

  it('tells at most 100 problems of a kind, and how many there were', () => {
    const { problems, damaged } = readAll(whole(...Array.from({ length: 250 }, () => 'x')));
    assert.deepEqual([damaged, problems.length, problems[100].message], [250, 101, '150 more problems of the kind “column-count” are not listed.']);
  });

  it('reads CRLF files and files with a byte order mark', () => {
    const crlf = bytesOf(`\ufeff${[...HEADER, FIELDS, TYPES, ROW, UNSET].join('\r\n')}\r\n`);
    const { tables, header } = readAll(crlf);
    assert.deepEqual([header.headerLines, values(tables, 'tunnel_parents')], [8, ['', undefined]]);
    assert.deepEqual([tables[0].places.byteStart[0], tables[0].places.byteLength[0]], [header.headerBytes, ROW.length]);
  });

  describe('with a damaged header', () => {
    it('finds the types by name when #types is missing', () => {
      const { tables, header } = readAll(log(...HEADER, FIELDS, ROW));
      assert.deepEqual([codes(header.problems), values(tables, 'ts'), values(tables, 'id.resp_p')], [['no-types'], [1517336042.090842], [80]]);
    });
    const conn = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents'.split(' ');
    const row = '1517336042.090842\tCi85EB2YjUI9a2eql6\t10.55.182.100\t14291\t10.233.233.5\t80\ttcp\t-\t3.000158\t0\t0\tS0\tT\tT\t0\tS\t2\t104\t0\t0\t(empty)';
    it('takes the columns of conn.log when #fields is missing', () => {
      const { header, rows } = readAll(log(...HEADER, row));
      assert.deepEqual([codes(header.problems), header.fields.map((f) => f.name), rows], [['no-fields'], conn, 1]);
    });
    it('takes the columns of conn.log when there is no header at all', () => {
      const { header, rows, damaged, tables } = readAll(log('336041.1\tcut', row, row));
      assert.deepEqual([codes(header.problems), header.kind, rows, damaged, values(tables, 'conn_state')], [['no-header'], 'conn', 2, 1, ['S0', 'S0']]);
    });
    it('numbers the columns of logs it does not know', () => {
      const { header, tables } = readAll(log('#separator \\x09', '#path\todd', 'a\tb'));
      assert.deepEqual([header.kind, codes(header.problems), values(tables, 'column2')], ['odd', ['no-fields'], ['b']]);
    });
    it('accepts a TAB before the header, a TAB behind #separator, and \\t for the TAB', () => {
      for (const first of ['\t#separator \\x09', '#separator\t\\x09', '#separator \\t']) {
        const result = readAll(log(first, ...HEADER.slice(1), FIELDS, TYPES, ROW));
        assert.deepEqual([result.header.dialect['separator'], result.header.headerLines, result.rows, result.damaged, result.problems], ['\t', 8, 1, 0, []], first);
      }
    });
    it('reads a header without rows', () => {
      const { header, tables, lines } = readAll(whole('#close\t2019'));
      assert.deepEqual([header.kind, header.fields.length, tables.length, lines], ['conn', 17, 0, 9]);
    });
  });

  it('repeats a field name with a number behind it', () => {
    const { tables } = readAll(log('#path\tx', '#fields\ta\ta\ta', '#types\tcount\tcount\tstring', '1\t2\t3'));
    assert.deepEqual([...tables[0].columns.keys()].map((name) => [name, values(tables, name)[0]]), [['a', 1], ['a#2', 2], ['a#3', '3']]);
  });

  it('cuts lines for hover, header lines into nothing', () => {
    const { header, format } = recognised(whole(ROW));
    assert.deepEqual(format.split(header, bytesOf('1.5\tC\t')), [{ field: 0, start: 0, end: 3 }, { field: 1, start: 4, end: 5 }, { field: 2, start: 6, end: 6 }]);
    assert.deepEqual(format.split(header, bytesOf(TYPES)), []);
    assert.equal(format.split(header, bytesOf(`${ROW}\textra`)).length, 17);
  });

  it('is not taken in by other text', () => {
    for (const text of ['', 'ts\tuid\n', '# Fields of grain\n', '#!/bin/sh\n# path\n', 'Lorem ipsum dolor sit amet', '#fieldsfoo\n', '#path to the data\n']) assert.equal(recognise(bytesOf(text)), undefined, text);
  });

  describe('on real logs', () => {
    const cases: [path: string, kind: string, fields: number, rows: number, damaged: number, problems: string[]][] = [
      ['iot23/conn.log.labeled', 'conn', 23, 23145, 0, []],
      ['iot23/CTU-IoT-Malware-Capture-20-1conn.log.labeled.csv', 'conn', 23, 3209, 0, []],
      ['rita/dnscat2-ja3-strobe-agent/http.log.gz', 'http', 31, 27204, 0, ['extra-columns']],
      ['rita/truncated/conn.log', 'conn', 21, 58, 1, ['column-count']],
      ['rita/truncated/conn_top.log', 'conn', 21, 58, 1, ['no-header', 'column-count']],
      ['rita/has_unknown_field/http.log', 'http', 30, 4, 1, ['column-count']],
      ['stratosphere-slips/test10-mixed-zeek-dir/conn.log', 'conn', 21, 141, 0, []],
      ['stratosphere-testing/008-zeek-mixed/data/conn.log.labeled', 'conn', 23, 5663, 0, []],
      ['stratosphere-testing/010-zeek-mixed/data/software.log.labeled', 'software', 14, 0, 0, []],
      ['zat/http_empty.log', 'http', 27, 0, 0, []],
      ['zat/http.log.corrupt.gz', 'http', 27, 150, 0, []],
      ['zat/conn_date_issue.log', 'conn', 21, 3, 0, []],
      ['zed-sample-data/zeek-default/dns.log.gz', 'dns', 24, 53615, 0, []],
    ];
    for (const [path, kind, fields, rows, damaged, problems] of cases) {
      it(path, function () {
        const result = readAll(fileBytes(needShared(this, `data/${path}`)));
        assert.deepEqual([result.header.kind, result.header.fields.length, result.rows, result.damaged, codes([...result.header.problems, ...result.problems])], [kind, fields, rows, damaged, problems]);
      });
    }
    it('counts the labels its readme counts', function () {
      const { tables, header, format } = readAll(fileBytes(needShared(this, 'data/iot23/conn.log.labeled')));
      const flows = flowsOf({ header, format, tables });
      const count = new Map<unknown, number>();
      for (const flow of flows) count.set(flow['label'], (count.get(flow['label']) ?? 0) + 1);
      assert.deepEqual([...count].sort(), [['Benign', 1923], ['Malicious', 21222]]);
    });
  });
});
