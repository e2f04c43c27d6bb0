import * as assert from 'node:assert/strict';
import { recognise } from '../../../server/core/formats/registry';
import { needShared } from '../../support/shared';
import { bytesOf, fileBytes, flowsOf, readAll } from './reading';

const ROW = '2016-07-27 13:43:30,1.500,42.219.154.107,143.72.8.137,59212,53,UDP,.A....,0,0,1,72,background';
const log = (...lines: string[]): Uint8Array => bytesOf(`${lines.join('\n')}\n`);

describe('UGR’16', () => {
  it('reads the native layout, whose times are ends', () => {
    const result = readAll(log(ROW));
    assert.deepEqual([result.header.format, result.header.headerLines, result.header.dialect['layout']], ['ugr16', 0, 'native']);
    assert.deepEqual(flowsOf(result), [
      { time: 1469627008.5, duration: 1.5, source: '42.219.154.107', destination: '143.72.8.137', sourcePort: 59212, destinationPort: 53, protocol: 'udp', state: '.A....', forwardBytes: 72, forwardPackets: 1, label: 'background' },
    ]);
  });

  it('reads the layout of NetShare: addresses as numbers, microseconds', () => {
    const result = readAll(log('srcip,dstip,srcport,dstport,proto,ts,td,pkt,byt,type', '1730436467,719036359,0,0,ICMP,1458298072364000.0,305.636,62,1736,blacklist', '4294967296,0,0,0,GRE,x,1,1,1,background'));
    const [first, second] = flowsOf(result);
    assert.deepEqual(first, { time: 1458298072.364, duration: 305.636, source: '103.36.93.115', destination: '42.219.159.199', sourcePort: 0, destinationPort: 0, protocol: 'icmp', forwardBytes: 1736, forwardPackets: 62, label: 'blacklist' });
    assert.deepEqual([second['source'], second['destination'], second['time'], second['protocol']], ['4294967296', '0.0.0.0', undefined, 'gre']);
    assert.deepEqual(result.problems.map((p) => p.code), ['bad-time']);
  });

  it('starts with a cut line, too', () => {
    const result = readAll(log('154.107,143.72.8.137,59212,53,UDP', ROW, ROW));
    assert.deepEqual([result.rows, result.damaged, result.problems.map((p) => [p.code, p.line])], [2, 1, [['column-count', 0]]]);
  });

  it('is not taken in by other CSV', () => {
    for (const text of [ROW.replace('UDP', 'U P'), `${ROW},more`, ROW.replace('2016-07-27', 'today')]) assert.equal(recognise(log(text)), undefined, text);
  });

  it('reads the real excerpts', function () {
    const native = readAll(fileBytes(needShared(this, 'data/format-snippets/ugr16_july_week5_snippet.csv')));
    const netshare = readAll(fileBytes(needShared(this, 'data/ugr16/netshare_ugr16_small.csv')));
    const labels = (result: typeof native, label: string): number => flowsOf(result).filter((flow) => flow['label'] === label).length;
    assert.deepEqual([native.rows, labels(native, 'background'), labels(native, 'dos'), native.problems], [20, 11, 9, []]);
    assert.deepEqual([netshare.rows, labels(netshare, 'background'), labels(netshare, 'blacklist'), netshare.problems], [1000, 999, 1, []]);
  });
});
