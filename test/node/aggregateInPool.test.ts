import * as assert from 'node:assert/strict';
import { aggregate } from '../../server/core/aggregate/aggregate';
import { type Cells, type CellTask, NONE } from '../../server/core/aggregate/cells';
import { calibrate } from '../../server/core/detectors/scoring/calibration';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import { sharedArray } from '../../server/core/util/sharedMemory';
import { poolReaders } from '../../server/node/poolReaders';
import { workerScript } from '../support/readers';

/** More than are worked on where they are. */
const ROWS = 60_000;

describe('counting rows in worker threads', function () {
  this.timeout(30_000);
  const readers = poolReaders(workerScript, 2), rng = mulberry32(1);
  after(() => readers.dispose());

  const key = sharedArray(Uint32Array, ROWS).map(() => randomBelow(rng, 500));
  const time = sharedArray(Float64Array, ROWS).map(() => (rng() < 0.1 ? NaN : rng() * 1e6));
  const value = sharedArray(Uint16Array, ROWS).map(() => randomBelow(rng, 9));

  it('gives what one thread gives', async () => {
    assert.deepEqual(await readers.aggregate('keys', { key, time, count: 500 }), aggregate('keys', { key, time, count: 500 }));
    assert.deepEqual(await readers.aggregate('times', { time }), aggregate('times', { time }));
    assert.deepEqual(await readers.aggregate('values', { value }), aggregate('values', { value }));
  });

  it('fills shared memory: numbers of values, and cells by ranges of columns at the same time', async () => {
    const numbers = sharedArray(Uint32Array, ROWS), own = new Uint32Array(ROWS);
    assert.deepEqual(await readers.aggregate('distinct', { value: key, numbers }), aggregate('distinct', { value: key, numbers: own }));
    assert.deepEqual([...numbers], [...own]);

    const columnOfKey = Uint32Array.from({ length: 500 }, (_, k) => (k % 7 === 0 ? NONE : k % 20));
    const shared = <A extends Uint32Array | Float64Array | Uint16Array>(make: { new (buffer: SharedArrayBuffer): A; readonly BYTES_PER_ELEMENT: number }, from: A): A => {
      const array = sharedArray(make as never, from.length) as A;
      array.set(from);
      return array;
    };
    const task: CellTask = { key: shared(Uint32Array, key), columnOfKey, time: shared(Float64Array, time), value: shared(Uint16Array, value), total: aggregate('values', { value }), raw: Float32Array.from(time, () => rng() * 9), calibration: calibrate(Float64Array.of(1, 2, 3), { contamination: 0 }), columns: 20, bins: 30, from: 1e5, to: 9e5 };
    const cells = (): Cells => ({ count: sharedArray(Uint32Array, 600), value: sharedArray(Uint32Array, 600), worst: sharedArray(Float32Array, 600) });
    const [alone, together] = [cells(), cells()];
    aggregate('cells', { task, out: alone, first: 0, last: 20 });
    await Promise.all([[0, 3], [3, 4], [4, 20]].map(([first, last]) => readers.aggregate('cells', { task, out: together, first, last })));
    for (const name of ['count', 'value', 'worst'] as const) assert.deepEqual([...together[name]], [...alone[name]], name);
    assert.ok(alone.count.every((n) => n > 0));
  });
});
