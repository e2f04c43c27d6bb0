import * as assert from 'node:assert/strict';
import { recognise } from '../../../server/core/formats/registry';
import { needShared } from '../../support/shared';
import { bytesOf, codes, fileBytes, flowsOf, readAll, readIn, values } from './reading';

const BASE = 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes';
const FLOW = '2011/08/10 09:46:59.607825,1.026539,tcp,94.44.127.113,1577,   ->,147.32.84.59,6881,S_RA,0,,4,276';
const log = (...lines: string[]): Uint8Array => bytesOf(`${lines.join('\n')}\n`);

describe('Argus', () => {
  it('reads 13 columns: no split of bytes, no label', () => {
    const result = readAll(log(BASE, FLOW));
    assert.deepEqual([result.header.format, result.header.kind, result.header.fields.length, result.header.headerLines], ['argus', 'flow', 13, 1]);
    assert.deepEqual(flowsOf(result), [
      { time: 1312969619.607825, duration: 1.026539, source: '94.44.127.113', destination: '147.32.84.59', sourcePort: 1577, destinationPort: 6881, protocol: 'tcp', state: 'S_RA', forwardBytes: 276, forwardPackets: 4 },
    ]);
    assert.deepEqual([values(result.tables, 'Dir'), values(result.tables, 'dTos')], [['->'], [undefined]]);
  });

  const wider: [columns: number, header: string, row: string, expected: Record<string, unknown>][] = [
    [14, ',SrcBytes', ',156', { forwardBytes: 156, backwardBytes: 120, forwardPackets: 4, backwardPackets: undefined, label: undefined }],
    [15, ',SrcBytes,Label', ',156,flow=Background', { forwardBytes: 156, backwardBytes: 120, forwardPackets: 4, backwardPackets: undefined, label: 'flow=Background' }],
    [16, ',SrcBytes,SrcPkts,Label', ',156,3,', { forwardBytes: 156, backwardBytes: 120, forwardPackets: 3, backwardPackets: 1, label: undefined }],
    [17, ',SrcBytes,srcUdata,dstUdata,Label', ',156,s[4]=AAA+/=,,x', { forwardBytes: 156, backwardBytes: 120, forwardPackets: 4, backwardPackets: undefined, label: 'x' }],
  ];
  for (const [columns, header, row, expected] of wider) {
    it(`reads ${columns} columns, by comma, by TAB and without header`, () => {
      for (const text of [log(BASE + header, FLOW + row), log((BASE + header).replaceAll(',', '\t'), (FLOW + row).replaceAll(',', '\t')), log(FLOW + row)]) {
        const result = readAll(text);
        const [flow] = flowsOf(result);
        assert.equal(result.header.fields.length, columns);
        assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, flow[name]])), expected);
      }
    });
  }

  it('has no backward bytes where the source sent more than the total', () => {
    assert.equal(flowsOf(readAll(log(`${BASE},SrcBytes`, `${FLOW},300`)))[0]['backwardBytes'], undefined);
  });

  it('reads hexadecimal, empty and bad ports', () => {
    const ports = ['0x0008', '', '0', 'ssh', '0xzz'].map((port) => FLOW.replace(',1577,', `,${port},`));
    const { tables, problems } = readAll(log(BASE, ...ports));
    assert.deepEqual([values(tables, 'Sport'), problems.map((p) => [p.code, p.line])], [[8, undefined, 0, undefined, undefined], [['bad-number', 4], ['bad-number', 5]]]);
  });

  it('reads MAC and IPv6 addresses, padded directions and other protocols', () => {
    const rows = ['1970/01/01 01:00:00.000000,0.000000,llc,00:00:00:00:00:00,0,   ->,00:00:00:00:00:00,0,INT,,,1,60', '1970/01/01 01:00:06.659110,2125.193604,ipv6-icmp,::,135,  <?>,ff02::1:ff00:fa9,0,NNS,0,,3,234'];
    const flows = flowsOf(readAll(log(BASE, ...rows)));
    assert.deepEqual(flows.map((flow) => [flow['time'], flow['source'], flow['protocol'], flow['state']]), [[3600, '00:00:00:00:00:00', 'llc', 'INT'], [3606.65911, '::', 'icmp6', 'NNS']]);
  });

  it('keeps a management record as a row without addresses, and says so', () => {
    const man = '2018/05/10 10:52:47.283479,0.045010,man,0,0,,0,0,STA,,,0,0';
    const result = readAll(log(BASE, man, FLOW));
    assert.deepEqual(result.problems.map((p) => [p.code, p.severity, p.line]), [['management-record', 'info', 1]]);
    assert.deepEqual(flowsOf(result).map((flow) => [flow['protocol'], flow['source'], flow['destination']]), [['man', undefined, undefined], ['tcp', '94.44.127.113', '147.32.84.59']]);
  });

  it('skips a header in the middle and gives up short lines', () => {
    const { rows, damaged, lines, problems } = readAll(log(BASE, FLOW, BASE, '2011/08/10 09:46', FLOW));
    assert.deepEqual([rows, damaged, lines, problems.map((p) => [p.code, p.line])], [2, 1, 5, [['column-count', 3]]]);
  });

  it('reads only what flows need', () => {
    const bytes = log(`${BASE},SrcBytes,SrcPkts,Label`, `${FLOW},156,3,x`);
    const all = readAll(bytes);
    const fields = new Set([...all.format.flowFields(all.header).values()].flat());
    const some = { ...all, ...readIn(all.format, all.header, bytes, [], { fields }) };
    assert.deepEqual(flowsOf(some), flowsOf(all));
    assert.deepEqual([...some.tables[0].columns.keys()].filter((name) => /Tos|Dir/.test(name)), []);
  });

  it('cuts lines', () => {
    const { header, format } = readAll(log(BASE, FLOW));
    assert.deepEqual(format.split(header, bytesOf('2011,1.5')), [{ field: 0, start: 0, end: 4 }, { field: 1, start: 5, end: 8 }]);
  });

  it('is not taken in by other CSV', () => {
    for (const text of ['StartTime,EndTime\n1,2\n', '2011/08/10 09:46:59.607825,a,b\n', 'Date,Dur,Proto\n']) assert.equal(recognise(bytesOf(text)), undefined);
  });

  const real: [path: string, columns: number, rows: number, problems: string[]][] = [
    ['stratosphere-slips/history/Normal/2013-10-21_capture-1.binetflow', 13, 2398, []],
    ['stratosphere-slips/history/Normal/CTU-Normal-7-2013-13-07.binetflow', 17, 9797, []],
    ['stratosphere-slips/test5-mixed.binetflow', 16, 300, ['management-record']],
    ['netflowlabeler-examples/test5.tabs.binetflow', 16, 6725, ['management-record']],
    ['ctu13/capture20110810_scenario1_60rows_rebuilt.binetflow', 15, 60, []],
  ];
  for (const [path, columns, rows, problems] of real) {
    it(`reads ${path}`, function () {
      const result = readAll(fileBytes(needShared(this, `data/${path}`)));
      assert.deepEqual([result.header.fields.length, result.rows, result.damaged, codes(result.problems)], [columns, rows, 0, problems]);
    });
  }
});
