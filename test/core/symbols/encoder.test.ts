import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Alphabet, type AlphabetName, categoryRadix, kindCount, kindDigits, kindOf, quantityRadix, sizeCount, sizeDigits, sizeOf } from '../../../server/core/symbols/alphabet';
import { Encoder } from '../../../server/core/symbols/encoder';
import { fitAlphabet, percentileBins, quantityValues } from '../../../server/core/symbols/fit';
import { PORT_CLASSES, portClass } from '../../../server/core/symbols/ports';
import { quantityRange, symbolKey, symbolWords } from '../../../server/core/symbols/words';
import { percentile } from '../../../server/core/util/statistics';
import { type Flow, someFlow, someFlows, tableOf } from '../../support/flows';
import { slowDigits } from '../../reference/encoder';

const settings = { bytesBins: 5, packetsBins: 4, durationBins: 4, portShare: 0.05, seed: 1 };
const alphabets = fc.constantFrom<AlphabetName>('sequent', 'encode', 'wide');
const digitsOf = (alphabet: Alphabet, symbol: number): number[] => [...kindDigits(alphabet, kindOf(alphabet, symbol)), ...sizeDigits(alphabet, sizeOf(alphabet, symbol))];

describe('encoder', () => {
  it('gives every feature the digit that the definition says, of rows known and new', () => {
    fc.assert(fc.property(alphabets, someFlows, fc.array(someFlow, { maxLength: 10 }), (name, baseline, others) => {
      const alphabet = fitAlphabet(tableOf(baseline), { ...settings, alphabet: name });
      const encoder = new Encoder(alphabet);
      for (const flows of [baseline, others, [{ protocol: 'gre', destinationPort: 80, service: 'ssh', state: 'ODD', duration: 1e9 }]] as Flow[][]) {
        const symbols = encoder.encode(tableOf(flows));
        flows.forEach((flow, row) => assert.deepEqual(digitsOf(alphabet, symbols[row]), slowDigits(alphabet, flow), JSON.stringify(flow)));
      }
    }), { numRuns: 150 });
  });

  it('is the same for every order of the baseline', () => {
    fc.assert(fc.property(fc.constantFrom<AlphabetName>('sequent', 'wide'), someFlows, (name, flows) => {
      const fit = (rows: readonly Flow[]): Alphabet => fitAlphabet(tableOf(rows), { ...settings, alphabet: name });
      assert.deepEqual(fit([...flows].reverse()), fit(flows));
    }));
  });

  it('takes symbols as the log gives them', () => {
    const flows = ['b', 'a', 'b', undefined].map((symbol) => ({ symbol }));
    const alphabet = fitAlphabet(tableOf(flows), { ...settings, alphabet: 'given' });
    assert.deepEqual([...new Encoder(alphabet).encode(tableOf([...flows, { symbol: 'new' }]))], [1, 2, 1, 0, 3]);
    assert.deepEqual([0, 1, 3].map((symbol) => symbolWords(alphabet, symbol)), ['flow', 'b', 'a symbol the baseline does not have']);
  });

  it('keeps every symbol below 2^32, however many values there are and bins are asked for', () => {
    const flows = Array.from({ length: 6000 }, (_, i): Flow => ({ protocol: `p${i % 20}`, destinationPort: i % 90, service: `s${i % 97}`, state: `t${i % 89}`, forwardBytes: i, forwardPackets: i, duration: i }));
    const alphabet = fitAlphabet(tableOf(flows), { ...settings, alphabet: 'wide', bytesBins: 12, packetsBins: 12, durationBins: 12, portShare: 0 });
    assert.ok(kindCount(alphabet) * sizeCount(alphabet) <= 2 ** 32, `${kindCount(alphabet) * sizeCount(alphabet)}`);
    const symbols = new Encoder(alphabet).encode(tableOf(flows));
    flows.slice(0, 500).forEach((flow, row) => assert.deepEqual(digitsOf(alphabet, symbols[row]), slowDigits(alphabet, flow)));
    assert.deepEqual(alphabet.categories.map((category) => category.values.length >= 16), [true, true, true, true]);
  });
});

describe('percentile bins', () => {
  it('are SEQUENT\'s percentiles with linear interpolation, each once', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.nat({ max: 9 }), fc.double({ min: 0, max: 1e6, noNaN: true })), { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, count) => {
      const { limits } = percentileBins(Float64Array.from(values), count);
      const expected = values.length === 0 ? [] : Array.from({ length: count - 1 }, (_, i) => percentile(values, (100 * (i + 1)) / count));
      const near = (list: readonly number[], value: number): boolean => list.some((other) => Math.abs(other - value) <= 1e-9 * Math.max(1, value));
      assert.ok(limits.every((limit) => near(expected, limit)) && expected.every((limit) => near(limits, limit)), `${limits} for ${expected}`);
      assert.ok(limits.every((limit, i) => i === 0 || limit > limits[i - 1]));
    }));
  });

  const cases: { values: number[]; count: number; tail?: number[]; limits: number[] }[] = [
    { values: [1, 2, 3, 4, 5], count: 4, limits: [2, 3, 4] },
    { values: [1, 2, 3, 4, 5], count: 4, tail: [1], limits: [2, 3, 4, 5] },
    { values: [7, 7, 7], count: 5, limits: [7] },
    { values: [7, 7, 7], count: 5, tail: [1], limits: [7] },
    { values: [], count: 5, tail: [1], limits: [] },
    { values: [3], count: 1, limits: [] },
  ];
  for (const { values, count, tail, limits } of cases) it(`of [${values.join(' ')}] in ${count}${tail ? ' with the greatest' : ''}: [${limits.join(' ')}]`, () => assert.deepEqual(percentileBins(Float64Array.from(values), count, tail).limits, limits));
});

describe('words of symbols', () => {
  it('every symbol turns back into ranges that hold the values it was made of, and into different words', () => {
    fc.assert(fc.property(alphabets, someFlows, fc.array(someFlow, { maxLength: 20 }), (name, baseline, others) => {
      const alphabet = fitAlphabet(tableOf(baseline), { ...settings, alphabet: name });
      const flows = [...baseline, ...others], table = tableOf(flows);
      const symbols = new Encoder(alphabet).encode(table);
      const keys = new Map<number, string>();
      alphabet.quantities.forEach((quantity, q) => quantityValues(table, quantity.fields).forEach((value, row) => {
        const digit = sizeDigits(alphabet, sizeOf(alphabet, symbols[row]))[q];
        assert.equal(digit === 0, Number.isNaN(value));
        if (digit === 0) return;
        const [low, high] = quantityRange(quantity, digit);
        assert.ok(value > (low ?? -Infinity) && value <= (high ?? Infinity), `${value} is not in (${low}, ${high}]`);
      }));
      flows.forEach((flow, row) => {
        const words = symbolWords(alphabet, symbols[row]);
        const protocols = alphabet.categories[0].values;
        const protocol = flow.protocol === undefined ? 'unknown protocol' : protocols.includes(flow.protocol) ? flow.protocol : 'a protocol the baseline does not have';
        assert.ok(words.startsWith(protocol), words);
        const port = flow.destinationPort;
        const expected = protocol === 'icmp' ? `icmp (type ${(port ?? 0) >>> 8}\\b|of a rare type)` : `to (port ${port}\\b|a (rare )?${portClass(port ?? 0)} port)`;
        if (name === 'wide' && port !== undefined) assert.match(words, new RegExp(expected));
        keys.set(symbols[row], symbolKey(alphabet, symbols[row]));
      });
      // Codes of an ENCODE alphabet, and values new to the baseline, may share a key; limits never do.
      if (name !== 'encode') assert.equal(new Set(keys.values()).size, keys.size);
    }), { numRuns: 150 });
  });

  const alphabet: Alphabet = {
    name: 'wide',
    categories: [
      { name: 'protocol', values: ['tcp'], parent: -1 }, { name: 'port', values: [...PORT_CLASSES, 'tcp/443'], parent: 0 },
      { name: 'service', values: ['ssl'], parent: 1 }, { name: 'state', values: ['REJ', 'odd'], parent: 0 },
    ],
    quantities: [
      { name: 'bytes', fields: ['forwardBytes', 'backwardBytes'], bins: { type: 'bins', limits: [59, 74, 12345] } },
      { name: 'packets', fields: ['forwardPackets'], bins: { type: 'bins', limits: [0, 1, 2.5] } },
      { name: 'duration', fields: ['duration'], bins: { type: 'bins', limits: [0, 0.001, 90] } },
    ],
  };
  const flow: Flow = { protocol: 'tcp', destinationPort: 443, service: 'ssl', state: 'REJ', forwardBytes: 60, forwardPackets: 1, duration: 0.0005 };
  const cases: { change: Flow; words: string }[] = [
    { change: {}, words: 'tcp to port 443, ssl, refused (REJ), 60-74 bytes, 1 packet, 0 s to 1 ms' },
    { change: { state: 'odd', forwardBytes: 74, forwardPackets: 2, duration: 0 }, words: 'tcp to port 443, ssl, state odd, 60-74 bytes, 2 packets, 0 s' },
    { change: { state: 'new', forwardBytes: 0, backwardBytes: 12346, forwardPackets: 0 }, words: 'tcp to port 443, ssl, a connection state the baseline does not have, 12,346 or more bytes, 0 packets, 0 s to 1 ms' },
    { change: { service: undefined, state: undefined, destinationPort: 80, duration: 3600 }, words: 'tcp to a rare system port (below 1024), 60-74 bytes, 1 packet, over 1.5 min' },
    { change: { service: 'ssh', destinationPort: undefined, duration: 2, forwardPackets: 3 }, words: 'tcp, a service the baseline does not have, refused (REJ), 60-74 bytes, 3 or more packets, 1 ms to 1.5 min' },
    { change: { protocol: 'gre', destinationPort: 50000, forwardBytes: undefined, forwardPackets: undefined, duration: undefined }, words: 'a protocol the baseline does not have to a dynamic port (above 49151), ssl, refused (REJ), no byte count, no packet count, no duration' },
  ];
  for (const { change, words } of cases) it(words, () => assert.equal(symbolWords(alphabet, new Encoder(alphabet).encode(tableOf([{ ...flow, ...change }]))[0]), words));

  it('numbers of digits and symbols agree', () => {
    assert.deepEqual(alphabet.categories.map(categoryRadix), [3, 6, 3, 4]);
    assert.deepEqual(alphabet.quantities.map(quantityRadix), [5, 5, 5]);
    assert.deepEqual([kindCount(alphabet), sizeCount(alphabet)], [3 * 6 * 3 * 4, 125]);
    assert.equal(symbolKey(alphabet, new Encoder(alphabet).encode(tableOf([flow]))[0]), 'tcp/443/ssl/REJ b2 p2 d2');
  });
});

describe('port classes', () => {
  for (const [port, expected] of [[0, 'system'], [1023, 'system'], [1024, 'registered'], [49151, 'registered'], [49152, 'dynamic'], [65535, 'dynamic']] as const) it(`${port} is ${expected}`, () => assert.equal(portClass(port), expected));
});
