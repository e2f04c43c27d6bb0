import { strict as assert } from 'node:assert';
import { inParallel } from '../../../server/core/util/inParallel';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('work in parallel', () => {
  it('gives results in the order of the items, with so many at a time at most', async () => {
    let [running, most] = [0, 0];
    const results = await inParallel([5, 1, 4, 2, 3], 2, () => false, async (n, index) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < n; i++) await turn();
      running--;
      return `${index}:${n}`;
    });
    assert.deepEqual(results, ['0:5', '1:1', '2:4', '3:2', '4:3']);
    assert.equal(most, 2);
    assert.deepEqual(await inParallel([], 2, () => false, () => Promise.resolve(1)), []);
  });

  it('starts nothing after a failure, and throws it when what ran has ended', async () => {
    const started: number[] = [];
    let ended = false;
    await assert.rejects(inParallel([0, 1, 2, 3], 2, () => false, async (n, _, stop) => {
      started.push(n);
      if (n === 1) throw new Error('the first');
      while (!stop.cancelled) await turn();
      ended = true;
      throw new Error('another');
    }), /the first/);
    assert.deepEqual(started, [0, 1]);
    assert.ok(ended);
  });
});
