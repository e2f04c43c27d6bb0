import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { countSymbols, KindModel } from '../../../server/core/detectors/stateFrequency/kindModel';
import { kindCount, kindOf, sizeCount } from '../../../server/core/symbols/alphabet';
import { Encoder } from '../../../server/core/symbols/encoder';
import { fitAlphabet } from '../../../server/core/symbols/fit';
import { someFlow, tableOf } from '../../support/flows';

const settings = { alphabet: 'wide' as const, bytesBins: 3, packetsBins: 2, durationBins: 2, portShare: 0.1, seed: 1 };
const baselines = fc.array(someFlow, { minLength: 1, maxLength: 50 }).map((flows) => {
  const table = tableOf(flows), alphabet = fitAlphabet(table, settings);
  return { alphabet, symbols: new Encoder(alphabet).encode(table) };
});
const near = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

describe('kind model', () => {
  it('counts symbols, all or those of chosen rows', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(0, 3, 7, 4294967295)), fc.integer({ min: 1, max: 3 }), (list, step) => {
      const rows = list.map((_, i) => i).filter((i) => i % step === 0), chosen = rows.map((i) => list[i]);
      const { rows: n, symbols, counts } = countSymbols(Uint32Array.from(list), step === 1 ? undefined : rows);
      const distinct = [...new Set(chosen)].sort((a, b) => a - b);
      assert.deepEqual([n, [...symbols], [...counts]], [chosen.length, distinct, distinct.map((s) => chosen.filter((c) => c === s).length)]);
    }));
  });

  it('gives probabilities: those of all kinds, and of all sizes of a kind, add up to 1', () => {
    fc.assert(fc.property(baselines, fc.nat(), ({ alphabet, symbols }, any) => {
      const model = new KindModel(alphabet, countSymbols(symbols)), sizes = sizeCount(alphabet);
      near(Array.from({ length: kindCount(alphabet) }, (_, kind) => Math.exp(-model.kindSurprise(kind))).reduce((a, b) => a + b, 0), 1);
      for (const kind of [kindOf(alphabet, symbols[0]), any % kindCount(alphabet)]) near(Array.from({ length: sizes }, (_, size) => Math.exp(-model.sizeSurprise(kind * sizes + size))).reduce((a, b) => a + b, 0), 1);
    }), { numRuns: 50 });
  });

  it('with a row left out is the model of the other rows', () => {
    fc.assert(fc.property(baselines, fc.nat(), ({ alphabet, symbols }, at) => {
      const row = at % symbols.length, kind = kindOf(alphabet, symbols[row]);
      const whole = new KindModel(alphabet, countSymbols(symbols)), others = new KindModel(alphabet, countSymbols(symbols.filter((_, i) => i !== row)));
      assert.ok(whole.kindSurprise(kind, 1) >= whole.kindSurprise(kind));
      // The number of kinds, which weighs the back-off, is that of the whole: without the only row of a kind there is one less.
      if (whole.kindCount(kind) > 1) near(whole.kindSurprise(kind, 1), others.kindSurprise(kind));
      near(whole.sizeSurprise(symbols[row], 1), others.sizeSurprise(symbols[row]));
    }), { numRuns: 100 });
  });
});
