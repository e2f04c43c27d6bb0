import * as assert from 'node:assert/strict';
import type { Alphabet } from '../../../server/core/symbols/alphabet';
import { categoryRadix } from '../../../server/core/symbols/alphabet';
import { count, kindWords, seconds } from '../../../server/core/symbols/words';

const alphabet: Alphabet = {
  name: 'wide',
  categories: [
    { name: 'protocol', values: ['tcp', 'icmp'], parent: -1 },
    { name: 'port', values: ['system', 'registered', 'dynamic', 'tcp/443', 'icmp/2048', 'icmp/771'], parent: 0 },
    { name: 'service', values: ['ssl'], parent: 1 },
    { name: 'state', values: ['SF', 'S0', 'FSPA_FSPA'], parent: 0 },
  ],
  quantities: [],
};

/** The kind with these digits: 0 is missing, one more than there are values is unknown. */
function kind(...digits: number[]): number {
  return alphabet.categories.reduce((code, category, i) => code * categoryRadix(category) + digits[i], 0);
}

describe('words of symbols', () => {
  for (const [digits, expected] of [
    [[1, 4, 1, 1], 'tcp to port 443, ssl, normal end (SF)'],
    [[1, 1, 0, 2], 'tcp to a rare system port (below 1024), no answer (S0)'],
    [[1, 3, 0, 3], 'tcp to a dynamic port (above 49151), state FSPA_FSPA'],
    [[1, 0, 2, 0], 'tcp, a service the baseline does not have'],
    [[2, 5, 0, 0], 'icmp type 8'],
    [[2, 6, 0, 0], 'icmp type 3 code 3'],
    [[2, 1, 0, 0], 'icmp of a rare type'],
    [[3, 2, 0, 4], 'a protocol the baseline does not have to a rare registered port (1024-49151), a connection state the baseline does not have'],
    [[0, 0, 0, 0], 'unknown protocol'],
  ] as const) it(expected, () => assert.equal(kindWords(alphabet, kind(...digits)), expected));

  for (const [value, expected] of [[0, '0 s'], [0.0000025, '2.5 µs'], [0.25, '250 ms'], [59, '59 s'], [90, '1.5 min'], [7200, '2 h'], [172800, '2 days']] as const) it(`${value} seconds are ${expected}`, () => assert.equal(seconds(value), expected));

  for (const [value, expected] of [[0, '0'], [999, '999'], [1000, '1,000'], [41203004, '41,203,004']] as const) it(`${value} reads ${expected}`, () => assert.equal(count(value), expected));
});
