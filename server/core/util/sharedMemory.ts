import { admit } from './memory';

/** Typed arrays that rows are kept in. */
export type SharedColumn = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array;

/**
 * The garbage collector does not count shared memory (V8 leaves it to no thread), so that buffers dropped pile up until something else
 * makes it run. An ordinary buffer of the same length, never touched and therefore without memory of its own, is counted in its place.
 */
const weights = new WeakMap<SharedArrayBuffer, ArrayBuffer>();

/** `length` zeros on memory that threads share: sent to another thread, it is the same memory there. Throws `MemoryLimitError`. */
export function sharedArray<A extends SharedColumn>(make: { new (buffer: SharedArrayBuffer): A; readonly BYTES_PER_ELEMENT: number }, length: number): A {
  admit(length * make.BYTES_PER_ELEMENT);
  const array = new make(new SharedArrayBuffer(length * make.BYTES_PER_ELEMENT));
  weighShared(array);
  return array;
}

/** Has the garbage collector of this thread count the memory of an array, where that is shared. For arrays that came from another thread. */
export function weighShared({ buffer }: SharedColumn): void {
  if (buffer instanceof SharedArrayBuffer && !weights.has(buffer)) weights.set(buffer, new ArrayBuffer(buffer.byteLength));
}

export function isShared({ buffer }: SharedColumn): boolean {
  return buffer instanceof SharedArrayBuffer;
}
