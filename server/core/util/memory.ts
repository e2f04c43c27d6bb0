/** Asked before memory is taken. One for each thread; see `guardMemory`. */
export interface MemoryGuard {
  /** Bytes are about to be taken at once. Throws `MemoryLimitError` where there is no room for them; then nothing was taken. */
  admit(bytes: number): void;
  /** To be called now and then by work that takes memory little by little, once a megabyte at least. Throws `MemoryLimitError`. */
  check(): void;
}

/** The work would take more memory than it may. The text says what to do next. */
export class MemoryLimitError extends Error {
  constructor(readonly limit: number) {
    super(`This needs more memory than the limit of ${limit.toLocaleString('en-US')} MB. Raise "anomaline.memoryLimit" (--memory-limit on the command line), leave out logs with "anomaline.exclude", or choose a smaller baseline.`);
  }
}

const UNLIMITED: MemoryGuard = { admit: () => undefined, check: () => undefined };

/** Smaller pieces are not asked for: what they come to is seen by `check`. */
const SMALL_BYTES = 1 << 16;

let guard: MemoryGuard = UNLIMITED;
/** All that were set and not taken back, the one in use last. */
const guards = [UNLIMITED];

/** Has a guard asked in this thread from now on, in place of the one before; the function it answers ends that, in whatever order. */
export function guardMemory(next: MemoryGuard): () => void {
  guards.push(next);
  guard = next;
  return () => {
    const at = guards.lastIndexOf(next);
    if (at > 0) guards.splice(at, 1);
    guard = guards[guards.length - 1];
  };
}

/** Asks for memory that is about to be taken. Throws `MemoryLimitError`. */
export function admit(bytes: number): void {
  if (bytes >= SMALL_BYTES) guard.admit(bytes);
}

/** See `MemoryGuard.check`. */
export function checkMemory(): void {
  guard.check();
}

type Growable = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** The array with more room: its items, then zeros. Throws `MemoryLimitError`; the array is as it was then. O(length). */
export function grown<A extends Growable>(array: A, length: number): A {
  const longer = zeros(array.constructor as ZeroMaker<A>, length);
  longer.set(array.subarray(0, length));
  return longer;
}

export interface ZeroMaker<A> {
  new (length: number): A;
  readonly BYTES_PER_ELEMENT: number;
}

/** So many zeros. Throws `MemoryLimitError`. */
export function zeros<A extends Growable>(make: ZeroMaker<A>, length: number): A {
  admit(length * make.BYTES_PER_ELEMENT);
  return new make(length);
}
