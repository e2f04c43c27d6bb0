import { decodeUtf8, encodeUtf8 } from '../util/utf8';

/**
 * The safetensors container: 8 bytes little-endian header length, a JSON header `{name: {dtype, shape, data_offsets},
 * __metadata__: {key: text}}`, then the tensors' bytes. A published format; Python opens it with `safetensors`.
 * Names are written sorted and the header is padded to 8 bytes, so that equal content gives equal bytes.
 */
export interface Container {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

export type Tensor = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

type Dtype = 'F64' | 'F32' | 'I32' | 'U32' | 'U16' | 'U8';
const SIZES: Readonly<Record<Dtype, number>> = { F64: 8, F32: 4, I32: 4, U32: 4, U16: 2, U8: 1 };

function dtypeOf(tensor: Tensor): Dtype {
  if (tensor instanceof Float64Array) return 'F64';
  if (tensor instanceof Float32Array) return 'F32';
  if (tensor instanceof Int32Array) return 'I32';
  if (tensor instanceof Uint32Array) return 'U32';
  return tensor instanceof Uint16Array ? 'U16' : 'U8';
}

export function writeContainer(container: Container): Uint8Array<ArrayBuffer> {
  const parts = containerParts(container);
  const bytes = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The bytes of a container in pieces: the header, then the tensors where they are, without a copy. */
export function containerParts(container: Container): Uint8Array[] {
  // Widest elements first keeps every tensor aligned to its element size.
  const names = Object.keys(container.tensors).sort((a, b) => SIZES[dtypeOf(container.tensors[b])] - SIZES[dtypeOf(container.tensors[a])] || (a < b ? -1 : 1));
  let offset = 0;
  // Without prototypes here and in `readContainer`, so that any name is only a name.
  const entries = Object.assign(Object.create(null), { __metadata__: sortedRecord(container.metadata) }) as Record<string, unknown>;
  for (const name of names) {
    const tensor = container.tensors[name];
    entries[name] = { dtype: dtypeOf(tensor), shape: [tensor.length], data_offsets: [offset, offset + tensor.byteLength] };
    offset += tensor.byteLength;
  }
  const json = encodeUtf8(JSON.stringify(entries));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + headerLength).fill(0x20, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerLength), true);
  head.set(json, 8);
  return [head, ...names.map((name) => bytesOf(container.tensors[name]))];
}

/** The memory of a tensor. */
export function bytesOf({ buffer, byteOffset, byteLength }: Tensor): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The container in `bytes`, or the reason why it is none. Never throws. */
export function readContainer(bytes: Uint8Array): Container | { readonly fault: string } {
  if (bytes.length < 8) return { fault: `it has only ${bytes.length} bytes` };
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerLength < 2 || 8 + headerLength > bytes.length) return { fault: 'its header is longer than the file: the file is cut or no model' };
  let header: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(decodeUtf8(bytes, 8, 8 + headerLength));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { fault: 'its header is no object' };
    header = parsed as Record<string, unknown>;
  } catch {
    return { fault: 'its header is no JSON' };
  }
  const dataLength = bytes.length - 8 - headerLength;
  const tensors = Object.create(null) as Record<string, Tensor>;
  const ranges: [number, number][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: range } = (entry ?? {}) as { dtype?: Dtype; shape?: unknown; data_offsets?: unknown };
    const size = typeof dtype === 'string' && Object.hasOwn(SIZES, dtype) ? SIZES[dtype] : undefined;
    if (size === undefined) return { fault: `the tensor "${name}" has an unknown type` };
    if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 0) || !Array.isArray(range) || range.length !== 2) return { fault: `the tensor "${name}" has no place` };
    const [start, end] = range as [number, number];
    const length = (shape as number[]).reduce((a, b) => a * b, 1);
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > dataLength || end - start !== length * size) return { fault: `the tensor "${name}" does not fit: the file is cut or damaged` };
    ranges.push([start, end]);
    tensors[name] = tensorAt(bytes, 8 + headerLength + start, length, dtype as Dtype);
  }
  // Else a small file could hold any number of large tensors.
  ranges.sort(([a, b], [c, d]) => a - c || b - d);
  if (ranges.some(([start], i) => i > 0 && start < ranges[i - 1][1])) return { fault: 'some of its tensors overlap' };
  const metadata = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries((header['__metadata__'] ?? {}) as Record<string, unknown>)) if (typeof value === 'string') metadata[key] = value;
  return { metadata, tensors };
}

const MAKERS = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U32: Uint32Array, U16: Uint16Array, U8: Uint8Array } as const;

/** A tensor where it stands in the file's bytes; copied only where that is not a multiple of its element size. */
function tensorAt(bytes: Uint8Array, start: number, length: number, dtype: Dtype): Tensor {
  const Maker = MAKERS[dtype];
  const at = bytes.byteOffset + start;
  if (at % SIZES[dtype] === 0) return new Maker(bytes.buffer as ArrayBuffer, at, length);
  return new Maker(bytes.slice(start, start + length * SIZES[dtype]).buffer, 0, length);
}
