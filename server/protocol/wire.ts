/**
 * Typed arrays on their way through JSON, which the language server's connection speaks: an array becomes its type's name and its bytes (little
 * endian) as base64. Pages get real typed arrays again.
 */
export interface WireArray {
  readonly $array: ArrayName;
  readonly base64: string;
}

const arrays = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array } as const;
export type ArrayName = keyof typeof arrays;
export type NumberArray = InstanceType<(typeof arrays)[ArrayName]>;

/** A value with every typed array in it replaced; the rest is shared, not copied. `encode`: bytes to base64. O(size). */
export function toWire(value: unknown, encode: (bytes: Uint8Array) => string): unknown {
  if (ArrayBuffer.isView(value)) return { $array: value.constructor.name as ArrayName, base64: encode(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) } satisfies WireArray;
  return each(value, (part) => toWire(part, encode));
}

/** The inverse of `toWire`. `decode`: base64 to bytes. A typed array of the result owns its memory. O(size). */
export function fromWire(value: unknown, decode: (base64: string) => Uint8Array): unknown {
  if (!isWireArray(value)) return each(value, (part) => fromWire(part, decode));
  const bytes = decode(value.base64), constructor = arrays[value.$array];
  const array = new constructor(bytes.length / constructor.BYTES_PER_ELEMENT);
  new Uint8Array(array.buffer).set(bytes);
  return array;
}

/** Arrays of numbers and of texts are long and hold nothing to replace: their first element tells. */
function each(value: unknown, change: (part: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.map(change) : value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, change(part)]));
}

function isWireArray(value: unknown): value is WireArray {
  return typeof value === 'object' && value !== null && '$array' in value && (value as WireArray).$array in arrays;
}
