import * as assert from 'node:assert/strict';
import { isShared, sharedArray } from '../../../server/core/util/sharedMemory';
import { atOnce, inTurns, type Slices } from '../../../server/core/util/slices';

describe('work in slices', () => {
  function* sum(n: number): Slices<number> {
    let total = 0;
    for (let i = 1; i <= n; i++) {
      total += i;
      yield;
    }
    return total;
  }

  it('gives the same at once and in turns, with a pause after each slice', async () => {
    for (const n of [0, 1, 7]) {
      let pauses = 0;
      assert.equal(await inTurns(sum(n), async () => void pauses++), (n * (n + 1)) / 2);
      assert.equal(atOnce(sum(n)), (n * (n + 1)) / 2);
      assert.equal(pauses, n);
    }
  });

  it('ends where a pause fails', async () => {
    let pauses = 0;
    await assert.rejects(inTurns(sum(100), () => (++pauses === 3 ? Promise.reject(new Error('stop')) : Promise.resolve())), /stop/);
    assert.equal(pauses, 3);
  });
});

describe('shared memory', function () {
  this.timeout(20_000);

  it('is zeros that threads share', () => {
    const array = sharedArray(Uint32Array, 5);
    assert.deepEqual([isShared(array), isShared(array.subarray(2)), isShared(new Uint32Array(5)), [...array]], [true, true, false, [0, 0, 0, 0, 0]]);
  });

  it('does not pile up when it is dropped', async () => {
    const dropped: WeakRef<ArrayBufferLike>[] = [];
    for (let i = 0; i < 600; i++) {
      dropped.push(new WeakRef(sharedArray(Float64Array, 2e6).buffer));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const left = dropped.filter((buffer) => buffer.deref() !== undefined).length;
    // Without the weights all are; when the collector runs is its own affair, the later the more else the process holds.
    assert.ok(left < 550, `${left} of ${dropped.length} are still there`);
  });
});
