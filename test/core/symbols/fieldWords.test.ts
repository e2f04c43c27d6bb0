import * as assert from 'node:assert/strict';
import type { Alphabet } from '../../../server/core/symbols/alphabet';
import { fieldWords, percent } from '../../../server/core/symbols/fieldWords';

// Symbol: protocol digit of 4 (missing, tcp, icmp, other), port digit of 7 (missing, 3 classes, two ports, other), bytes digit of 5 (missing, 4 bins).
const alphabet: Alphabet = {
  name: 'wide', categories: [{ name: 'protocol', values: ['tcp', 'icmp'], parent: -1 }, { name: 'port', values: ['', '', '', 'tcp/443', 'icmp/2048'], parent: 0 }],
  quantities: [{ name: 'bytes', fields: ['forwardBytes'], bins: { type: 'bins', limits: [40, 100, 1514] } }],
};
const symbol = (protocol: number, port: number, bytes: number): number => (protocol * 7 + port) * 5 + bytes;
const codes: Alphabet = { name: 'encode', categories: [], quantities: [{ name: 'packets', fields: [], bins: { type: 'codes', limits: [1, 5, 9], codes: [0, 1, 0, 1], count: 2 } }] };

describe('fields of rows in words', () => {
  const cases: { name: string; alphabet?: Alphabet; rows: [symbol: number, rows: number][]; expected: Record<string, string> }[] = [
    { name: 'nothing of no rows', rows: [[symbol(1, 4, 1), 0]], expected: {} },
    { name: 'one symbol', rows: [[symbol(1, 4, 2), 3]], expected: { protocol: 'tcp (100 %)', port: '443 (100 %)', bytes: '41-100 bytes (100 %)' } },
    { name: 'the most frequent first, ranges joined', rows: [[symbol(1, 4, 2), 45], [symbol(1, 4, 3), 50], [symbol(2, 5, 1), 5]], expected: { protocol: 'tcp (95 %), icmp (5 %)', port: '443 (95 %), type 8 (5 %)', bytes: '41-1,514 bytes (95 %)' } },
    { name: 'missing values apart', rows: [[symbol(0, 0, 0), 1], [symbol(1, 1, 4), 3]], expected: { protocol: 'tcp (75 %), none (25 %)', port: 'a rare system port (below 1024) (75 %), none (25 %)', bytes: '1,515 or more bytes (75 %), no byte count (25 %)' } },
    { name: 'no range where no row has a value', rows: [[symbol(1, 4, 0), 2]], expected: { protocol: 'tcp (100 %)', port: '443 (100 %)', bytes: 'no byte count (100 %)' } },
    { name: 'more than three values', rows: [[symbol(1, 1, 1), 4], [symbol(1, 2, 1), 3], [symbol(1, 3, 1), 2], [symbol(1, 4, 1), 1]], expected: { protocol: 'tcp (100 %)', port: 'a rare system port (below 1024) (40 %), a rare registered port (1024-49151) (30 %), a dynamic port (above 49151) (20 %) and 1 more', bytes: '0-40 bytes (100 %)' } },
    { name: 'codes, which are no ranges', alphabet: codes, rows: [[1, 1], [2, 3]], expected: { packets: '2 or more packets (75 %), 0-9 packets (25 %)' } },
  ];
  for (const { name, alphabet: own = alphabet, rows, expected } of cases) {
    it(name, () => assert.deepEqual(Object.fromEntries(fieldWords(own, rows.map(([s]) => s), rows.map(([, n]) => n)).map((f) => [f.name, f.text])), expected));
  }

  for (const [share, words] of [[0, '0 %'], [0.001, 'under 1 %'], [0.5, '50 %'], [0.999, 'over 99 %'], [1, '100 %']] as const) it(`${share} is ${words}`, () => assert.equal(percent(share), words));
});
