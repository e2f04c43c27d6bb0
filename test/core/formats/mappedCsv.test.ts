import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type CsvMapping, mappingFault, recogniseMapped } from '../../../server/core/formats/csvMapping';
import type { LogHeader } from '../../../server/core/formats/format';
import { mappedCsv } from '../../../server/core/formats/mappedCsv';
import { timeReader } from '../../../server/core/formats/timeFormat';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { bytesOf, flowsOf, readIn, rowsOf, type Result } from './reading';

type Read = Result & { header: LogHeader; format: typeof mappedCsv };

function read(text: string, mapping: CsvMapping): Read {
  const bytes = bytesOf(text);
  assert.equal(mappingFault(mapping), undefined);
  const header = recogniseMapped(bytes, mapping);
  if ('code' in header) throw new Error(header.message);
  return { header, format: mappedCsv, ...readIn(mappedCsv, header, bytes, []) };
}

const WINDOWS: CsvMapping = {
  columns: { time: 'TimeCreated', user: 'TargetUserName', userDomain: 'TargetDomainName', source: 'IpAddress', destination: 'Computer', authType: 'AuthenticationPackageName', logonType: 'LogonType', orientation: 'EventID', outcome: 'EventID' }, timeFormat: '%m/%d/%Y %I:%M:%S %p',
};
const EXPORT = [
  '"TimeCreated","EventID","Computer","TargetUserName","TargetDomainName","LogonType","AuthenticationPackageName","IpAddress","Message"',
  '"3/2/2026 1:05:09 PM","4624","FILES","ann","CORP","3","Kerberos","10.0.0.7","An account was ""successfully"" logged on, it says."',
  '"3/2/2026 12:00:00 AM","4625","FILES","bob","-","10","NTLM","-",""',
].join('\r\n');

describe('CSV with mapped columns', () => {
  it('reads an export of Windows events 4624 and 4625', () => {
    const result = read(EXPORT, WINDOWS);
    assert.deepEqual([result.header.kind, result.problems, result.damaged], ['auth', [], 0]);
    assert.deepEqual(flowsOf(result), [
      { time: Date.UTC(2026, 2, 2, 13, 5, 9) / 1000, user: 'ann', userDomain: 'CORP', source: '10.0.0.7', destination: 'FILES', authType: 'Kerberos', logonType: 'Network', orientation: 'LogOn', outcome: 'Success' },
      { time: Date.UTC(2026, 2, 2) / 1000, user: 'bob', destination: 'FILES', authType: 'NTLM', logonType: 'RemoteInteractive', orientation: 'LogOn', outcome: 'Fail' },
    ]);
    assert.equal(rowsOf(result.tables)[0]['Message'], 'An account was "successfully" logged on, it says.');
  });

  it('reads columns by number, other delimiters, accounts in one column', () => {
    const result = read('1700000000;CORP\\ann;ok\n1700000001;bob@CORP;n\n', { delimiter: ';', header: false, columns: { time: 1, user: 2, service: 3 } });
    assert.deepEqual(flowsOf(result), [{ time: 1700000000, user: 'ann', userDomain: 'CORP', service: 'ok' }, { time: 1700000001, user: 'bob', userDomain: 'CORP', service: 'n' }]);
    assert.equal(result.header.headerLines, 0);
  });

  it('is a log of flows when it has a protocol', () => {
    const result = read('t,p,s,b\n1,6,a,10\n2,udp,b,x\n', { columns: { time: 't', protocol: 'p', source: 's', forwardBytes: 'b' } });
    assert.deepEqual([result.header.kind, flowsOf(result), result.problems.map((p) => [p.code, p.line])], ['flow', [{ time: 1, protocol: 'tcp', source: 'a', forwardBytes: 10 }, { time: 2, protocol: 'udp', source: 'b' }], [['bad-number', 2]]]);
  });

  it('gives up lines with too few cells or an open quote', () => {
    const result = read('t,u\n1,a\n2\n3,"b\nmore"\n4,d,x\n', { columns: { time: 't', user: 'u' } });
    assert.deepEqual([result.rows, result.damaged, result.problems.map((p) => [p.code, p.line])], [2, 3, [['column-count', 2], ['column-count', 3], ['column-count', 4], ['extra-columns', 5]]]);
  });

  const missing: readonly [text: string, mapping: CsvMapping, message: RegExp][] = [
    ['time,name\n', { columns: { user: 'User' } }, /"user" is to be “User”, and its columns are time, name/],
    ['time,name\n', { columns: { user: 3 } }, /it has 2 columns, and "user" is to be column 3/],
    ['', { columns: { user: 'a' } }, /first line is empty/],
  ];
  for (const [text, mapping, message] of missing) {
    it(`says what does not fit: ${String(message)}`, () => {
      const problem = recogniseMapped(bytesOf(text), mapping);
      assert.ok('code' in problem && problem.code === 'missing-column');
      assert.match(problem.message, message);
      assert.ok(problem.next.includes('"logs"'));
    });
  }

  const faults: readonly [mapping: unknown, fault: RegExp][] = [
    [null, /is an object/], [{}, /"columns" names/], [{ columns: {} }, /"columns" names/], [{ columns: { usr: 'a' } }, /"usr" is no field/], [{ columns: { symbol: 'a' } }, /"symbol" is no field/], [{ columns: { user: 0 } }, /a number from 1/], [{ columns: { user: 1.5 } }, /a number/],
    [{ columns: { user: 'a' }, delimiter: ';;' }, /one character/], [{ columns: { user: 'a' }, delimiter: '"' }, /one character/], [{ columns: { user: 'a' }, header: false }, /no header/], [{ columns: { user: 'a' }, header: 'no' }, /true or false/], [{ columns: { user: 'a' }, timeFormat: '%H:%M' }, /"timeFormat"/],
    [{ columns: { user: 'a' }, missing: 1 }, /"missing"/], [{ columns: { time: 'a', user: 'a' } }, /"user" also stands for a number/], [{ columns: { user: 'a' }, glob: '*' }, /"glob" is none/], [[], /is an object/],
  ];
  for (const [mapping, fault] of faults) it(`finds the fault in ${JSON.stringify(mapping)}`, () => assert.match(mappingFault(mapping as CsvMapping) ?? '', fault));

  const times: readonly [format: string, text: string, seconds: number][] = [
    ['auto', '1.5', 1.5], ['auto', '1700000000123', 1700000000.123], ['auto', '2024-01-01T00:00:00Z', 1704067200], ['seconds', '7', 7], ['milliseconds', '1500', 1.5], ['microseconds', '2500000', 2.5],
    ['%d.%m.%Y %H:%M:%S', '31.12.2023 23:59:59', 1704067199], ['%Y-%m-%dT%H:%M:%S.%f%z', '2024-01-01T02:00:00.25+02:00', 1704067200.25], ['%b %d %Y %I:%M %p', 'Jan 1 2024 12:00 AM', 1704067200], ['%m/%d/%Y', '1/1/2024', 1704067200], ['%Y%%%m%%%d', '2024%01%01', 1704067200],
    ['%m/%d/%Y', '13/1/2024', NaN], ['%m/%d/%Y', '2/30/2024', NaN], ['%d.%m.%Y %I:%M %p', '1.1.2024 13:00 PM', NaN], ['%b %d %Y', 'Foo 1 2024', NaN], ['seconds', 'x', NaN], ['%m/%d/%Y', '', NaN], ['%Y.%m.%d', '2024x01x01', NaN],
  ];
  for (const [format, text, seconds] of times) it(`reads the time ${text} by ${format}`, () => assert.equal(timeReader(format)(bytesOf(text), 0, text.length), seconds));

  it('reads back any texts that are written with quotes', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 })), { minLength: 1, maxLength: 10 }), (rows) => {
      const clean = rows.map((row) => row.map((text) => text.replace(/[\r\n\0]/g, '_')));
      const quoted = clean.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n');
      const result = read(`a,b\n${quoted}\n`, { columns: { service: 'a', state: 'b' }, missing: '' });
      assert.deepEqual(rowsOf(result.tables).map((row) => [row['a'] ?? '', row['b'] ?? '']), clean);
    }), { seed: 3, numRuns: 300 });
  });

  it('never throws or loses the place on damaged files, whatever the chunks', () => {
    const rng = mulberry32(5);
    const original = bytesOf(`${EXPORT}\r\n${EXPORT}\n`);
    for (let n = 0; n < 1500; n++) {
      const bytes = original.slice(0, 1 + randomBelow(rng, original.length));
      for (let k = randomBelow(rng, 6); k > 0; k--) bytes[randomBelow(rng, bytes.length)] = [34, 44, 10, 13, 0, 255, 92, 45][randomBelow(rng, 8)];
      const header = recogniseMapped(bytes, WINDOWS);
      if ('code' in header) continue;
      const whole = readIn(mappedCsv, header, bytes, []);
      const pieces = readIn(mappedCsv, header, bytes, [randomBelow(rng, bytes.length)], { batchRows: 1 });
      assert.deepEqual([rowsOf(pieces.tables), pieces.problems, pieces.lines], [rowsOf(whole.tables), whole.problems, whole.lines]);
      for (const row of rowsOf(whole.tables)) {
        const [start, length] = [row['@start'] as number, row['@length'] as number];
        for (const range of mappedCsv.split(header, bytes.subarray(start, start + length))) assert.ok(range.start <= range.end && range.end <= length);
      }
      whole.tables.forEach((table) => mappedCsv.flow(header, table));
    }
  });
});
