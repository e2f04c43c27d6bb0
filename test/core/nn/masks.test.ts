import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { fillMask, maskSource } from '../../../server/core/nn/masks';

const share = (mask: Uint8Array): number => mask.reduce((a, b) => a + b, 0) / mask.length;

describe('masks of dropout', () => {
  it('keep the share that the rate says, within five deviations', () => {
    for (const rate of [0, 0.05, 0.1, 0.3, 0.5, 0.9]) {
      const mask = new Uint8Array(200_001);
      fillMask(mask, rate, 7);
      assert.ok(mask.every((bit) => bit === 0 || bit === 1));
      assert.ok(Math.abs(share(mask) - (1 - rate)) <= 5 * Math.sqrt((rate * (1 - rate)) / mask.length) + 1 / 65_536, `rate ${rate}: ${share(mask)}`);
    }
  });

  it('a byte depends on its place and key alone', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (key, short, more) => {
      const [a, b] = [new Uint8Array(short), new Uint8Array(short + more)];
      fillMask(a, 0.3, key);
      fillMask(b, 0.3, key);
      assert.deepEqual(a, b.subarray(0, short));
    }));
  });

  it('neighbouring bytes, steps, masks and seeds are not correlated', () => {
    const specs = [{ name: 'a', shape: [50_000], rate: 0.5 }, { name: 'b', shape: [50_000], rate: 0.5 }];
    const copy = (step: number, seed: number, name: string): Uint8Array => (maskSource(specs, seed)(step)[name] as Uint8Array).slice();
    const first = copy(0, 1, 'a');
    const agree = (other: Uint8Array): number => first.reduce((n, bit, k) => n + (bit === other[k] ? 1 : 0), 0) / first.length;
    for (const other of [copy(1, 1, 'a'), copy(0, 2, 'a'), copy(0, 1, 'b'), copy(1, 0, 'a'), ...[1, 2, 3, 64, 1024].map((by) => Uint8Array.from(first, (_, k) => first[(k + by) % first.length]))]) {
      assert.ok(Math.abs(agree(other) - 0.5) < 0.012, String(agree(other)));
    }
  });

  it('a step is drawn again alike after a resume', () => {
    const specs = [{ name: 'a', shape: [10, 10], rate: 0.2 }];
    const whole = maskSource(specs, 5);
    for (let step = 0; step < 7; step++) whole(step);
    assert.deepEqual(whole(7), maskSource(specs, 5)(7));
  });
});
