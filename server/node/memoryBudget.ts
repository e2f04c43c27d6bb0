import * as fs from 'node:fs';
import * as v8 from 'node:v8';
import * as vm from 'node:vm';
import { type MemoryGuard, MemoryLimitError } from '../core/util/memory';

const MEGABYTE = 2 ** 20;
const KILOBYTE = 1024;

/** Milliseconds between two looks at the process by one thread, far from the limit and near it; a look takes some ten microseconds. */
const LOOK_EVERY = 10;
const LOOK_EVERY_NEAR = 1;
/** And between two collections of garbage by one thread. */
const COLLECT_EVERY = 200;
/** Where a thread finds no room it waits so long, and so often, for the others to give theirs back. */
const WAIT_MILLISECONDS = 40;
const WAITS = 4;
/** From this share of the limit on, garbage is collected. */
const NEAR = 0.9;
/** Up to this share of the limit it is far. */
const FAR = 0.7;

/** Threads that can share one budget, the main one included. */
const SLOTS = 80;
/** Numbers of a thread in the shared memory. */
const CLAIM = 0;
const CHILD = 1;
const CHILD_MEMORY = 2;
const SLOT = 3;
/** Where the limit stands, in megabytes. */
const LIMIT = SLOT * SLOTS;

/** Megabytes of a server without workers, and of a worker that reads a log; measured. */
const SERVER_MEGABYTES = 90;
const WORKER_MEGABYTES = 80;

/** Workers that a limit in megabytes bears. */
export function workersWithin(limit: number): number {
  return Math.min(MemoryBudget.slots, Math.max(1, Math.floor((limit - SERVER_MEGABYTES) / WORKER_MEGABYTES)));
}

/** What a thread needs to take part in a budget; plain data. */
export interface BudgetShare {
  readonly shared: Int32Array;
  readonly slot: number;
}

/** How much a process takes, and how garbage is collected: of this one, unless a test says otherwise. */
export interface MemoryMeter {
  /** Bytes of this process that lie in memory, all threads together. */
  resident(): number;
  collect(): void;
  /** Milliseconds. */
  now(): number;
}

const SYSTEM: MemoryMeter = { resident: () => process.memoryUsage.rss(), collect: garbageCollector(), now: () => performance.now() };

/**
 * How much memory the threads of this process, and the children they started, may take together. What lies in memory is asked of the
 * system; what a thread was admitted since its last look may not lie there yet and counts as well, for all threads.
 */
export class MemoryBudget implements MemoryGuard {
  private lastLook = -Infinity;
  private isNear = true;
  private lastCollection = -Infinity;

  constructor(readonly share: BudgetShare, private readonly meter: MemoryMeter = SYSTEM) {}

  static of(limit: number, meter?: MemoryMeter): MemoryBudget {
    const budget = new MemoryBudget({ shared: new Int32Array(new SharedArrayBuffer(4 * (LIMIT + 1))), slot: 0 }, meter);
    budget.setLimit(limit);
    return budget;
  }

  /** Megabytes. */
  get limit(): number {
    return Atomics.load(this.share.shared, LIMIT);
  }

  /** For all threads, from now on. */
  setLimit(megabytes: number): void {
    Atomics.store(this.share.shared, LIMIT, megabytes);
  }

  /** The share of another thread; `slot` is its number from 1 on, one that no living thread has. */
  shareOf(slot: number): BudgetShare {
    Atomics.store(this.share.shared, slot * SLOT + CLAIM, 0);
    this.noteChild(undefined, slot);
    return { ...this.share, slot };
  }

  /** Slots for threads beside the main one. */
  static readonly slots = SLOTS - 1;

  admit(bytes: number): void {
    const { shared, slot } = this.share;
    const kilobytes = Math.ceil(bytes / KILOBYTE);
    Atomics.add(shared, slot * SLOT + CLAIM, kilobytes);
    if (this.hasRoom()) return;
    // What was admitted before was taken meanwhile, or dropped.
    Atomics.store(shared, slot * SLOT + CLAIM, kilobytes);
    if (this.taken() <= this.limit * MEGABYTE) return;
    Atomics.store(shared, slot * SLOT + CLAIM, 0);
    throw new MemoryLimitError(this.limit);
  }

  check(): void {
    const now = this.meter.now();
    if (now - this.lastLook < (this.isNear ? LOOK_EVERY_NEAR : LOOK_EVERY)) return;
    this.lastLook = now;
    // What was admitted before was taken since.
    Atomics.store(this.share.shared, this.share.slot * SLOT + CLAIM, 0);
    if (!this.hasRoom()) throw new MemoryLimitError(this.limit);
  }

  /** A job of this thread is over: what it was admitted lies in memory, or was dropped. */
  settle(): void {
    Atomics.store(this.share.shared, this.share.slot * SLOT + CLAIM, 0);
  }

  /** Whether more is taken than may be, at this moment; for who ends the work of other threads then. */
  exceeded(): boolean {
    if (this.slot === 0) Atomics.store(this.share.shared, CLAIM, 0);
    const taken = this.taken();
    if (taken > NEAR * this.limit * MEGABYTE && this.collected()) return this.taken() > this.limit * MEGABYTE;
    return taken > this.limit * MEGABYTE;
  }

  /** A child process whose memory counts, or none any more; `memory`: bytes, as it told itself, for systems that do not. */
  noteChild(child: number | undefined, slot = this.slot, memory = 0): void {
    Atomics.store(this.share.shared, slot * SLOT + CHILD, child ?? 0);
    Atomics.store(this.share.shared, slot * SLOT + CHILD_MEMORY, Math.ceil(memory / KILOBYTE));
  }

  /** Gives back what can be given back, unless that was done a moment ago. */
  collected(): boolean {
    const now = this.meter.now();
    if (now - this.lastCollection < COLLECT_EVERY) return false;
    this.meter.collect();
    this.lastCollection = this.meter.now();
    return true;
  }

  private get slot(): number {
    return this.share.slot;
  }

  /** Bytes that are taken, or admitted and on the way. */
  private taken(): number {
    const { shared } = this.share;
    let kilobytes = 0;
    for (let at = 0; at < LIMIT; at += SLOT) {
      kilobytes += Atomics.load(shared, at + CLAIM);
      const child = Atomics.load(shared, at + CHILD);
      if (child !== 0) kilobytes += residentOf(child) ?? Atomics.load(shared, at + CHILD_MEMORY);
    }
    return this.meter.resident() + kilobytes * KILOBYTE;
  }

  private hasRoom(): boolean {
    const limit = this.limit * MEGABYTE;
    const taken = this.taken();
    this.isNear = taken > FAR * limit;
    if (taken <= limit) return true;
    if (this.collected() && this.taken() <= limit) return true;
    // The main thread must not wait; it is it that the others wait for.
    if (this.slot === 0) return false;
    for (let i = 0; i < WAITS; i++) {
      Atomics.wait(this.share.shared, this.slot * SLOT + CLAIM, Atomics.load(this.share.shared, this.slot * SLOT + CLAIM), WAIT_MILLISECONDS);
      if (this.taken() <= limit) return true;
    }
    return false;
  }
}

/** Kilobytes of a process that lie in memory; undefined where the system does not tell. */
function residentOf(process: number): number | undefined {
  if (globalThis.process.platform !== 'linux') return undefined;
  try {
    return Number(fs.readFileSync(`/proc/${process}/statm`, 'latin1').split(' ')[1]) * PAGE_KILOBYTES;
  } catch {
    return 0;
  }
}

const PAGE_KILOBYTES = 4;

/** Memory of arrays goes back when their owners are collected, which V8 does at its leisure: a process near its limit must be able to ask. */
function garbageCollector(): () => void {
  let collect: (() => void) | undefined;
  return () => {
    if (!collect) {
      v8.setFlagsFromString('--expose-gc');
      collect = vm.runInNewContext('gc') as () => void;
    }
    collect();
  };
}
