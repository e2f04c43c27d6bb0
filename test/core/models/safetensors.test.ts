import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Container, readContainer, type Tensor, writeContainer } from '../../../server/core/models/safetensors';

const tensor: fc.Arbitrary<Tensor> = fc.oneof(
  fc.float64Array({ maxLength: 6 }), fc.float32Array({ maxLength: 6 }), fc.int32Array({ maxLength: 6 }), fc.uint32Array({ maxLength: 6 }), fc.uint8Array({ maxLength: 9 }));
const name = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), fc.constantFrom('__proto__', 'constructor', 'a/b', '"')).filter((n) => n !== '__metadata__');
const dictionary = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> => fc.array(fc.tuple(name, value), { maxLength: 5 }).map((entries) => Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, T>);
const container: fc.Arbitrary<Container> = fc.record({ metadata: dictionary(fc.string({ unit: 'grapheme', maxLength: 20 })), tensors: dictionary(tensor) });

const parts = ({ metadata, tensors }: Container): unknown => ({ metadata: Object.entries(metadata).sort(), tensors: Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1)) });

function readOk(bytes: Uint8Array): Container {
  const read = readContainer(bytes);
  if ('fault' in read && typeof read.fault === 'string') assert.fail(read.fault);
  return read as Container;
}

describe('safetensors container', () => {
  it('gives back what was written, from any place in memory', () => {
    fc.assert(fc.property(container, fc.nat({ max: 9 }), (written, shift) => {
      const bytes = writeContainer(written);
      const moved = new Uint8Array(bytes.length + shift);
      moved.set(bytes, shift);
      assert.deepEqual(parts(readOk(moved.subarray(shift))), parts(written));
    }));
  });

  it('equal content in any order gives equal bytes', () => {
    fc.assert(fc.property(container, (written) => {
      const reversed = <T>(record: Readonly<Record<string, T>>): Record<string, T> => Object.assign(Object.create(null), Object.fromEntries(Object.entries(record).reverse())) as Record<string, T>;
      assert.deepEqual(writeContainer({ metadata: reversed(written.metadata), tensors: reversed(written.tensors) }), writeContainer(written));
    }));
  });

  it('is laid out as the format says, aligned for readers that map it into memory', () => {
    fc.assert(fc.property(container, (written) => {
      const bytes = writeContainer(written);
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      assert.equal(length % 8, 0);
      const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
      assert.match(text, /^\{.*\} *$/su);
      const header = JSON.parse(text) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
      const ranges = Object.entries(header).filter(([key]) => key !== '__metadata__').map(([, { dtype, shape, data_offsets: [start, end] }]) => {
        const width = { F64: 8, F32: 4, I32: 4, U32: 4, U8: 1 }[dtype] as number;
        assert.equal(end - start, shape[0] * width);
        assert.equal(start % width, 0);
        return [start, end];
      }).sort(([a, b], [c, d]) => a - c || b - d);
      // No holes and no overlaps, as Python's reader demands.
      assert.deepEqual(ranges.map(([start]) => start), [0, ...ranges.map(([, end]) => end)].slice(0, ranges.length));
      assert.equal(8 + length + (ranges[ranges.length - 1]?.[1] ?? 0), bytes.length);
    }));
  });

  const sample = writeContainer({ metadata: { a: 'b' }, tensors: { x: Float64Array.from([1, 2, 3]), y: Uint8Array.from([1, 2]) } });

  it('refuses every truncation with a reason', () => {
    for (let length = 0; length < sample.length; length++) assert.ok('fault' in readContainer(sample.subarray(0, length)), `${length} bytes`);
  });

  it('never throws on damaged bytes, and gives a fault or a container', () => {
    const change = fc.array(fc.tuple(fc.nat({ max: sample.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(change, (changes) => {
      const bytes = sample.slice();
      for (const [at, value] of changes) bytes[at] = value;
      const read = readContainer(bytes);
      if (!('fault' in read)) assert.ok(Object.values(read.tensors).every(ArrayBuffer.isView));
    }), { numRuns: 5000 });
  });

  const withHeader = (header: unknown, data = 0): Uint8Array => {
    const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
    const bytes = new Uint8Array(8 + json.length + data);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    return bytes;
  };
  const faults: { name: string; bytes: Uint8Array; fault: RegExp }[] = [
    { name: 'empty', bytes: new Uint8Array(0), fault: /only 0 bytes/ },
    { name: 'a length beyond the file', bytes: new Uint8Array(16).fill(255), fault: /header is longer than the file/ },
    { name: 'no JSON', bytes: withHeader('{{'), fault: /no JSON/ },
    { name: 'a list', bytes: withHeader([]), fault: /no object/ },
    { name: 'null', bytes: withHeader('null'), fault: /no object/ },
    { name: 'unknown type', bytes: withHeader({ x: { dtype: 'BF16', shape: [0], data_offsets: [0, 0] } }), fault: /"x" has an unknown type/ },
    { name: 'a type that every object has', bytes: withHeader({ x: { dtype: 'constructor', shape: [0], data_offsets: [0, 0] } }), fault: /unknown type/ },
    { name: 'no place', bytes: withHeader({ x: { dtype: 'U8' } }), fault: /no place/ },
    { name: 'negative shape', bytes: withHeader({ x: { dtype: 'U8', shape: [-1, -2], data_offsets: [0, 2] } }, 2), fault: /no place/ },
    { name: 'data beyond the file', bytes: withHeader({ x: { dtype: 'U8', shape: [9], data_offsets: [0, 9] } }, 4), fault: /cut or damaged/ },
    { name: 'shape and place that differ', bytes: withHeader({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 4), fault: /cut or damaged/ },
    { name: 'a fraction as place', bytes: withHeader({ x: { dtype: 'U8', shape: [1], data_offsets: [0.5, 1.5] } }, 4), fault: /cut or damaged/ },
  ];
  for (const { name: what, bytes, fault } of faults) it(`refuses ${what}`, () => assert.match((readContainer(bytes) as { fault: string }).fault, fault));

  it('reads what others write: scalars, more dimensions, other metadata', () => {
    const bytes = withHeader({ __metadata__: { format: 'pt', n: 3 }, s: { dtype: 'U8', shape: [], data_offsets: [0, 1] }, m: { dtype: 'U8', shape: [2, 2], data_offsets: [1, 5] } }, 5);
    bytes.set([7, 1, 2, 3, 4], bytes.length - 5);
    assert.deepEqual(parts(readOk(bytes)), parts({ metadata: { format: 'pt' }, tensors: { s: Uint8Array.from([7]), m: Uint8Array.from([1, 2, 3, 4]) } }));
  });
});
