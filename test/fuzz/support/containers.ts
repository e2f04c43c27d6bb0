import { type Container, type Tensor, writeContainer } from '../../../server/core/models/safetensors';
import { crc32 } from '../../../server/core/util/crc32';
import { type Rng, randomBelow } from '../../../server/core/util/rng';

const NUMBERS = [0, -0, 1, -1, 2, 0.5, -2.5, NaN, Infinity, -Infinity, 127, 255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e150, 1e300, -1e300, Number.MIN_VALUE, Number.MAX_VALUE];
const TYPES = [Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array] as const;
const NAMES = ['__proto__', 'constructor', 'toString', '', 'x', '\u0000', '\u202e'];

function one<T>(list: readonly T[], rng: Rng): T {
  return list[randomBelow(rng, list.length)];
}

/** A number that could stand where another one does: one of its neighbours, a little more or less, or a strange one. */
function otherNumber(tensor: Tensor, at: number, rng: Rng): number {
  switch (randomBelow(rng, 8)) {
    case 0: return one(NUMBERS, rng);
    case 1: return 0;
    case 2: return tensor[at] * one([2, 0.5, -1, 1e6], rng);
    case 3: case 4: return tensor[randomBelow(rng, tensor.length)];
    default: return tensor[at] + one([1, -1, 1, 2, 0.001, -0.001], rng);
  }
}

/** Changed numbers of an array, mostly; another length or another type. The name stays. */
function changedTensor(tensor: Tensor, rng: Rng): Tensor {
  const kind = randomBelow(rng, 24), { length } = tensor;
  switch (kind) {
    case 0: return tensor.slice(0, randomBelow(rng, length + 1));
    case 1: return withLength(tensor, length + 1 + randomBelow(rng, 3), one(NUMBERS, rng));
    case 2: return tensor.slice().fill(one(NUMBERS, rng));
    case 3: return Reflect.construct(one(TYPES, rng), [tensor]) as Tensor;
    case 4: return tensor.slice().reverse();
    default: {
      const next = tensor.slice();
      for (let times = 1 + randomBelow(rng, 3); times > 0 && length > 0; times--) {
        const at = randomBelow(rng, length);
        next[at] = otherNumber(next, at, rng);
      }
      return next;
    }
  }
}

function withLength(tensor: Tensor, length: number, value: number): Tensor {
  const next = Reflect.construct(tensor.constructor as new (n: number) => Tensor, [length]) as Tensor;
  next.fill(value);
  next.set(tensor.subarray(0, length));
  return next;
}

/** A value that stands nowhere in a description, or in another place. */
function strangeValue(rng: Rng): unknown {
  switch (randomBelow(rng, 10)) {
    case 0: return null;
    case 1: return one([true, false], rng);
    case 2: return one(['', 'x', '1', 'NaN', '\u001b[31m', 'a'.repeat(5000), ...NAMES], rng);
    case 3: return [];
    case 4: return {};
    case 5: return [one([1, 'x', null], rng)];
    case 6: return { toString: 1, valueOf: 2 };
    case 7: return JSON.parse('{"__proto__": {"length": 3}}');
    default: {
      const number = one(NUMBERS, rng);
      return Number.isFinite(number) ? number : { raw: one(['1e999', '-1e999'], rng) };
    }
  }
}

/** The places of a JSON value that can be changed. */
function places(value: unknown, found: [parent: Record<string, unknown>, key: string][] = []): [parent: Record<string, unknown>, key: string][] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    // Long lists are alike in all places.
    if (Array.isArray(value) && Number(key) > 20) break;
    found.push([value as Record<string, unknown>, key]);
    places((value as Record<string, unknown>)[key], found);
  }
  return found;
}

/** A JSON text with a value of another kind or size in one place, without it, or with one more. */
export function changedJson(text: string, rng: Rng): string {
  // As deep as some of these go, nothing goes on with it.
  if (text.includes('[[[[[[')) return text;
  const holder = { root: JSON.parse(text) as unknown };
  const [parent, key] = one(places(holder), rng);
  const own = parent[key];
  const kind = randomBelow(rng, 10);
  if (kind > 5 && typeof own === 'number') parent[key] = own + one([1, -1, 2, 0.25, own], rng);
  else if (kind > 5 && typeof own === 'string') parent[key] = one([`${own}x`, own.slice(1), own], rng);
  else if (kind === 0 && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (kind === 0) Reflect.deleteProperty(parent, key);
  else if (kind === 1 && Array.isArray(own)) own.push(randomBelow(rng, 2) === 0 ? own[0] : strangeValue(rng));
  else if (kind === 1) Object.defineProperty(parent, one(NAMES, rng), { value: strangeValue(rng), enumerable: true, configurable: true, writable: true });
  else if (kind === 2 && Array.isArray(own)) own.reverse();
  else if (kind === 2 && typeof own === 'number') parent[key] = own + one([1, -1, 0.5, 1e9], rng);
  else if (kind === 3 && typeof own === 'number') parent[key] = -own;
  else if (kind === 4 && randomBelow(rng, 20) === 0) return text.replace(/[\d.]+/, '['.repeat(5000) + ']'.repeat(5000));
  else Object.defineProperty(parent, key, { value: strangeValue(rng), enumerable: true, configurable: true, writable: true });
  return (JSON.stringify(holder.root) ?? 'null').replace(/\{"raw":"(-?1e999)"\}/g, '$1');
}

/** Tensors, or what describes them, changed in one way, or in a few. */
export function changedContainer({ metadata, tensors }: Container, rng: Rng): Container {
  const changed = { metadata: { ...metadata }, tensors: { ...tensors } };
  for (let times = randomBelow(rng, 2) === 0 ? 1 : 1 + randomBelow(rng, 4); times > 0; times--) {
    const names = Object.keys(changed.tensors), texts = Object.keys(changed.metadata).filter((key) => key !== 'checksum');
    const name = one(names, rng), kind = randomBelow(rng, 16);
    if (kind < 3 && texts.length > 0) {
      const key = one(texts, rng);
      try {
        changed.metadata[key] = changedJson(changed.metadata[key], rng);
      } catch {
        changed.metadata[key] = String(one(['', 'fields', 'merged', '{', 'null', '[]'], rng));
      }
    } else if (names.length === 0) continue;
    else if (kind === 4) {
      const other = one(names, rng), kept = changed.tensors[name];
      changed.tensors[name] = changed.tensors[other];
      changed.tensors[other] = kept;
    } else if (kind === 5) Reflect.deleteProperty(changed.tensors, name);
    else if (kind === 6) Object.defineProperty(changed.tensors, one([...names, ...NAMES], rng), { value: changed.tensors[name], enumerable: true, configurable: true, writable: true });
    else changed.tensors[name] = changedTensor(changed.tensors[name], rng);
  }
  return changed;
}

/** The file of a container whose checksum, if it has one, is right. */
export function sealedBytes({ metadata, tensors }: Container): Uint8Array {
  const rest = Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'checksum'));
  if (metadata['checksum'] === undefined) return writeContainer({ metadata: rest, tensors });
  return writeContainer({ tensors, metadata: { ...rest, checksum: crc32(writeContainer({ tensors, metadata: rest })).toString(16) } });
}

/** Whatever a header says of a tensor changed, its bytes left as they are. */
export function changedHeader(bytes: Uint8Array, rng: Rng): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const json = new TextEncoder().encode(changedJson(new TextDecoder().decode(bytes.subarray(8, 8 + length)), rng));
  const next = new Uint8Array(8 + json.length + bytes.length - 8 - length);
  new DataView(next.buffer).setBigUint64(0, BigInt(json.length), true);
  next.set(json, 8);
  next.set(bytes.subarray(8 + length), 8 + json.length);
  return next;
}

const SLOW_MILLISECONDS = 2000;
const MUCH = 256 << 20;

/** Runs a check; throws when it takes long, or memory out of proportion to its input. */
export async function withinBounds(input: Uint8Array, check: () => unknown): Promise<void> {
  const used = (): number => process.memoryUsage().arrayBuffers;
  // Of the processor, so that other work on the machine does not count.
  const milliseconds = (): number => process.cpuUsage().user / 1000;
  const [start, before] = [milliseconds(), used()];
  await check();
  const [took, more] = [milliseconds() - start, used() - before];
  if (took > SLOW_MILLISECONDS) throw new Error(`It took ${Math.round(took)} ms.`);
  if (more > MUCH + 100 * input.length) throw new Error(`It took ${more >> 20} MB for ${input.length} bytes.`);
}
