import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fromWire, toWire } from '../../server/protocol/wire';

const throughJson = (value: unknown): unknown => fromWire(JSON.parse(JSON.stringify(toWire(value, (bytes) => Buffer.from(bytes).toString('base64')))), (text) => Buffer.from(text, 'base64'));

describe('protocol/wire', () => {
  const cases: readonly unknown[] = [
    null, 1, 'text', [], [1, 2], ['a'], { a: null }, new Float64Array([1.5, -0, NaN, Infinity]), new Uint8Array(0), new Int32Array([-1]), new Float32Array([1 / 3]),
    { name: 'x', columns: { a: new Uint32Array([1, 2 ** 32 - 1]), b: [{ c: new Uint16Array([7]) }] } }, [new Uint8Array([1]), new Uint8Array([2])],
  ];
  for (const value of cases) it(`${JSON.stringify(value)} comes through JSON as it was`, () => assert.deepEqual(throughJson(value), value));

  it('a view on a part of memory carries that part alone, and arrives with memory of its own', () => {
    const whole = new Float64Array([1, 2, 3, 4]);
    const there = throughJson({ part: whole.subarray(1, 3) }) as { part: Float64Array };
    assert.deepEqual([...there.part], [2, 3]);
    assert.equal(there.part.buffer.byteLength, 16);
  });

  it('any bytes come through', () => fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(throughJson([bytes]), [bytes]))));
});
