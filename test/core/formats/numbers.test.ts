import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseNumber, parsePort } from '../../../server/core/formats/numbers';
import { bytesOf } from './reading';

function parse(text: string): number {
  const bytes = bytesOf(`<${text}>`);
  return parseNumber(bytes, 1, bytes.length - 1);
}

describe('numbers from bytes', () => {
  const same = ['0', '-0', '7', '+7', '-7', '0.5', '.5', '5.', '007', '1517336042.090842', '0.000001', '9007199254740991', '9007199254740992',
    '9007199254740993', '9007199254740993.5', '18446744073709540.000', '123456789012345678901234567890', '0.30000000000000004', '4.294967e+09', '1e5', '1E-7',
    '1e-400', '5e-324', '0.00000000000000000000001', '0.1234567890123456789012345', '179769313486231570000000000000000000000'];
  for (const text of same) {
    it(`reads ${text} as JavaScript does`, () => assert.ok(Object.is(parse(text), Number(text)), `${parse(text)} is not ${Number(text)}`));
  }

  for (const text of ['', '-', '+', '.', '-.', '1.2.3', '1e', 'e5', '0x10', '0b1', ' 1', '1 ', 'Infinity', 'NaN', '1e999', '1,5', '1\0', 'abc', '--1', '１']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.ok(Number.isNaN(parse(text))));
  }

  it('is equal to Number bit for bit on any decimal', () => {
    const decimal = fc.tuple(fc.constantFrom('', '-', '+'), fc.stringMatching(/^[0-9]{1,20}$/), fc.stringMatching(/^(\.[0-9]{0,26})?$/), fc.stringMatching(/^(e[+-]?[0-9]{1,3})?$/));
    fc.assert(
      fc.property(decimal, (parts) => {
        const text = parts.join('');
        const expected = Number(text);
        return Object.is(parse(text), Number.isFinite(expected) ? expected : NaN);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  it('is equal to Number on what doubles print as', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => Object.is(parse(String(x)), Number(String(x)))), { seed: 2, numRuns: 5000 });
  });

  it('reads ports in both notations', () => {
    const port = (text: string): number => parsePort(bytesOf(text), 0, text.length);
    assert.deepEqual(['80', '0x0008', '0X2d34', '0xFFFF'].map(port), [80, 8, 0x2d34, 65535]);
    assert.deepEqual(['0x', '0xg1', '0x12345678901234567', 'http', ''].map((text) => Number.isNaN(port(text))), [true, true, true, true, true]);
  });
});
