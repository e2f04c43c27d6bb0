import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { decimalEncodeSettings, encodeValue, intervalsOfCode, learnEncoder, wholeEncodeSettings } from '../../../server/core/symbols/encode';
import { Cancelled } from '../../../server/core/util/control';
import { mulberry32 } from '../../../server/core/util/rng';

describe('ENCODE', () => {
  it('gives values of one context one code', () => {
    // 10 and 11 stand between sevens, 500 and 501 between nine hundreds.
    const values: number[] = [];
    const entities: number[] = [];
    for (let i = 0; i < 300; i++) {
      values.push(i % 2 === 0 ? 10 : 11, i % 2 === 0 ? 500 : 501, 7, 900);
      entities.push(0, 1, 0, 1);
    }
    const encoder = learnEncoder(values, entities, { ...wholeEncodeSettings, clusters: 4 }, mulberry32(1));
    const code = (value: number): number => encodeValue(encoder, value);
    assert.deepEqual([7, 10, 11, 500, 501, 900].map(code), [0, 1, 1, 2, 2, 3], 'and codes are numbered by their least value');
    assert.deepEqual(intervalsOfCode(encoder, 1), [{ above: 8.5, upTo: 255.5 }]);
    assert.deepEqual([255, 256, 1e9].map(code), [1, 2, 3], 'a value that training lacks has the code of the nearest');
    assert.equal(code(NaN), 4);
  });

  it('keeps durations below a second apart', () => {
    const rng = mulberry32(3);
    const values = Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? rng() * 0.001 : 0.2 + rng() * 0.7));
    const encoder = learnEncoder(values, values.map((_, i) => i % 2), { ...decimalEncodeSettings, clusters: 2 }, mulberry32(1));
    assert.notEqual(encodeValue(encoder, 0.0005), encodeValue(encoder, 0.5));
  });

  it('stops where it is told to', () => assert.throws(() => learnEncoder([1, 2, 3], [0, 0, 0], wholeEncodeSettings, mulberry32(1), { report: () => undefined, cancelled: true }), Cancelled));

  it('learns from nothing, from missing values, from one value', () => {
    for (const values of [[], [NaN, NaN]]) {
      const encoder = learnEncoder(values, values, wholeEncodeSettings, mulberry32(1));
      assert.deepEqual([encodeValue(encoder, 3), encodeValue(encoder, NaN)], [0, 1]);
    }
    const one = learnEncoder([5, 5, NaN, 5], [0, 0, 0, 0], decimalEncodeSettings, mulberry32(1));
    assert.ok(encodeValue(one, 5) < one.codeCount);
  });

  it('covers every number with exactly one code, the same for the same seed', () => {
    const list = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(NaN)), { maxLength: 60 });
    fc.assert(fc.property(list, fc.nat(), fc.constantFrom('whole' as const, 'decimal' as const), fc.integer({ min: -5, max: 50 }), (values, seed, kind, probe) => {
      const settings = { kind, clusters: 4, runs: 3 };
      const entities = values.map((_, i) => i % 3);
      const encoder = learnEncoder(values, entities, settings, mulberry32(seed));
      assert.deepEqual(encoder, learnEncoder(values, entities, settings, mulberry32(seed)));
      assert.ok(encoder.codeCount <= 4);
      const covering = Array.from({ length: encoder.codeCount }, (_, code) => code).filter((code) => intervalsOfCode(encoder, code).some(({ above, upTo }) => probe > above && probe <= upTo));
      assert.deepEqual(covering, [encodeValue(encoder, probe)]);
    }), { numRuns: 60 });
  });
});
