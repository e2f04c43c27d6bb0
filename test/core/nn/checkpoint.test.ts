import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../../server/core/nn/checkpoint';
import type { StateSpec } from '../../../server/core/nn/runtime';
import { CurveWriter, emptyCurve } from '../../../server/core/nn/trainCurve';

const state: StateSpec[] = [{ name: 'w', type: 'float32', shape: [2, 3], next: 'w_next' }, { name: 'count', type: 'int64', shape: [2] }, { name: 'flags', type: 'bool', shape: [3] }, { name: 'i', type: 'int32', shape: [] }];
const tensors = { w: Float32Array.of(1, -2, 3.5, 4, 5, 6), count: BigInt64Array.of(-1n, 1n << 40n), flags: Uint8Array.of(1, 0, 1), i: Int32Array.of(-7) };
const checkpoint: Checkpoint = {
  state: tensors, step: 120, epoch: 3, batch: 7, waited: 1, best: { state: { ...tensors, w: new Float32Array(6) }, loss: 0.1 + 0.2, step: 99 },
  curve: { steps: [1, 2, 3], losses: [3, 2, 1 / 3], validationSteps: [2], validationLosses: [2.5], sum: 0.7, count: 2 },
};

describe('checkpoint of a training run', () => {
  it('comes back as it was, with and without a best', () => {
    const without = Object.fromEntries(Object.entries(checkpoint).filter(([key]) => key !== 'best')) as unknown as Checkpoint;
    for (const one of [checkpoint, without]) assert.deepEqual(readCheckpoint(writeCheckpoint(one, 'me'), { state }, 'me'), one);
  });

  it('equal content gives equal bytes', () => {
    const turned = { ...checkpoint, state: Object.fromEntries(Object.entries(tensors).reverse()) };
    assert.deepEqual(writeCheckpoint(turned, 'me'), writeCheckpoint(checkpoint, 'me'));
  });

  const wrong: { what: string; bytes?: Uint8Array; specs?: StateSpec[]; identity?: string; fault: RegExp }[] = [
    { what: 'no container', bytes: Uint8Array.of(1, 2), fault: /only 2 bytes/ },
    { what: 'other data', identity: 'you', fault: /other data or with other settings/ },
    { what: 'another shape', specs: [{ ...state[0], shape: [5] }, ...state.slice(1)], fault: /does not fit the net/ },
    { what: 'another type', specs: [{ ...state[0], type: 'int32' }, ...state.slice(1)], fault: /does not fit the net/ },
    { what: 'a tensor more', specs: [...state, { name: 'new', type: 'float32', shape: [1] }], fault: /does not fit the net/ },
  ];
  for (const { what, bytes = writeCheckpoint(checkpoint, 'me'), specs = state, identity = 'me', fault } of wrong) {
    it(`${what}: says why it cannot be gone on from`, () => {
      const read = readCheckpoint(bytes, { state: specs }, identity);
      assert.match('fault' in read ? read.fault : 'no fault', fault);
    });
  }

  it('damaged bytes never throw', () => {
    const bytes = writeCheckpoint(checkpoint, 'me');
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
      const damaged = cut ? bytes.slice(0, at) : Uint8Array.from(bytes, (byte, i) => (i === at ? value : byte));
      assert.ok(readCheckpoint(damaged, { state }, 'me'));
    }), { numRuns: 500 });
  });
});

describe('loss curve', () => {
  it('keeps every step of a short run', () => {
    const curve = new CurveWriter(emptyCurve);
    [3, 2, 1].forEach((loss, i) => curve.add(i + 1, loss));
    curve.validation(3, 1.5);
    assert.deepEqual(curve.read(), { ...emptyCurve, steps: [1, 2, 3], losses: [3, 2, 1], validationSteps: [3], validationLosses: [1.5] });
  });

  it('a long run: at most 1,024 points, each the mean of equally many steps; going on from any place gives the same', () => {
    const n = 10_000, loss = (step: number): number => Math.sin(step) + 1000 / step;
    const whole = new CurveWriter(emptyCurve);
    let pieces = new CurveWriter(emptyCurve);
    for (let step = 1; step <= n; step++) {
      whole.add(step, loss(step));
      pieces.add(step, loss(step));
      if (step % 777 === 0) pieces = new CurveWriter(pieces.read());
    }
    const { steps, losses } = whole.read();
    assert.deepEqual(pieces.read(), whole.read());
    assert.ok(steps.length > 400 && steps.length <= 1024);
    const width = steps[0];
    steps.forEach((step, i) => {
      assert.equal(step, (i + 1) * width);
      let sum = 0;
      for (let k = 0; k < width; k++) sum += loss(step - k);
      assert.ok(Math.abs(losses[i] - sum / width) < 1e-9);
    });
  });
});
