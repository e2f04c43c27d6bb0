import * as assert from 'node:assert/strict';
import { recognise } from '../../../server/core/formats/registry';
import { needShared } from '../../support/shared';
import { bytesOf, fileBytes, flowsOf, readAll, values } from './reading';

const OLD = 'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out';
const FLOW = '2019-08-12 18:50:46,2019-08-12 18:50:48,2.809,10.33.116.13,2001:db8::1,6672,443,TCP,.AP.S.,0,0,6000,1209000,2,80,1170,799';
const log = (...lines: string[]): Uint8Array => bytesOf(`${lines.join('\n')}\n`);

describe('nfdump', () => {
  it('reads the old layout', () => {
    const result = readAll(log(OLD, FLOW));
    assert.deepEqual([result.header.format, result.header.fields.length, result.header.fields[0].type], ['nfdump', 17, 'time']);
    assert.deepEqual(flowsOf(result), [
      { time: 1565635846, duration: 2.809, source: '10.33.116.13', destination: '2001:db8::1', sourcePort: 6672, destinationPort: 443, protocol: 'tcp', state: '.AP.S.', forwardBytes: 1209000, backwardBytes: 80, forwardPackets: 6000, backwardPackets: 2 },
    ]);
  });

  it('reads the layouts of nfdump 1.7', () => {
    const named = readAll(log('firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows', '2024-05-01 10:00:00.250,1.500,17,10.0.0.1,5353,224.0.0.251,5353,2,300,1'));
    assert.deepEqual(flowsOf(named), [{ time: 1714557600.25, duration: 1.5, source: '10.0.0.1', destination: '224.0.0.251', sourcePort: 5353, destinationPort: 5353, protocol: 'udp', forwardBytes: 300, forwardPackets: 2 }]);
    const fast = readAll(log('cnt,af,firstSeen,lastSeen,proto,srcAddr,srcPort,dstAddr,dstPort,srcAS,dstAS,input,output,flags,srcTos,packets,bytes', '1,2,1714557600250,1714557601750,6,10.0.0.1,50000,10.0.0.2,22,0,0,1,2,...AP.SF,0,2,300'));
    const [flow] = flowsOf(fast);
    assert.deepEqual([flow['time'], flow['duration'], flow['protocol'], flow['state']], [1714557600.25, 1.5, 'tcp', '...AP.SF']);
    assert.deepEqual(fast.format.flowFields(fast.header).get('duration'), ['firstSeen', 'lastSeen']);
  });

  it('makes names of protocols', () => {
    const protocols = ['6', '17', '1', '58', '2', '47', 'TCP', 'ICMP6', 'ipv6-icmp', '250', '  UDP '];
    const result = readAll(log(OLD, ...protocols.map((protocol) => FLOW.replace(',TCP,', `,${protocol},`))));
    assert.deepEqual(flowsOf(result).map((flow) => flow['protocol']), ['tcp', 'udp', 'icmp', 'icmp6', 'igmp', 'gre', 'tcp', 'icmp6', 'icmp6', '250', 'udp']);
  });

  it('takes a wrapped duration as missing', () => {
    const { tables, problems, damaged } = readAll(log(OLD, FLOW.replace('2.809', '18446744073709540.000')));
    assert.deepEqual([values(tables, 'td'), problems.map((p) => [p.code, p.severity]), damaged], [[undefined], [['wrapped-duration', 'info']], 0]);
  });

  it('keeps ICMP type and code as they are packed, and padded numbers', () => {
    const { tables, problems } = readAll(log(OLD, FLOW.replace('6672,443,TCP', '0,2048,ICMP').replace('1170', '   1170')));
    assert.deepEqual([values(tables, 'dp'), values(tables, 'in'), problems], [[2048], [1170], []]);
  });

  it('counts no summary line as a row', () => {
    const result = readAll(log(OLD, FLOW, FLOW, 'Summary', 'flows,bytes,packets,avg_bps,avg_pps,avg_bpp', '2,2418000,12000,333,4,201', 'Time window: 2019-08-12 18:50:46 - 2019-08-12 18:50:48', 'Total flows processed: 2, passed: 2, Blocks skipped: 0, Bytes read: 100', 'Sys: 0.001s flows/second: 2000.0 Wall: 0.001s'));
    assert.deepEqual([result.rows, result.damaged, result.lines, result.problems], [2, 0, 9, []]);
  });

  it('gives up lines that are neither', () => {
    const { damaged, problems } = readAll(log(OLD, 'what is this', '2019-08-12 18:50:46,2019'));
    assert.deepEqual([damaged, problems.map((p) => p.line)], [2, [1, 2]]);
  });

  it('is not taken in by other CSV', () => {
    for (const text of ['ts,te,td\n', 'a,b,c\n1,2,3\n', 'ts,sa,da\n', 'time,source,destination,protocol\n']) assert.equal(recognise(bytesOf(text)), undefined);
  });

  it('reads 100,000 real flows', function () {
    const result = readAll(fileBytes(needShared(this, 'data/nfdump/sampled_100k_anonymised.nfdump.csv.gz')));
    const counts = new Map<unknown, number>();
    for (const flow of flowsOf(result)) counts.set(flow['protocol'], (counts.get(flow['protocol']) ?? 0) + 1);
    assert.deepEqual([result.rows, result.damaged, result.problems, counts.get('tcp'), counts.get('udp'), counts.get('icmp')], [100000, 0, [], 77733, 21024, 862]);
  }).timeout(10_000);
});
