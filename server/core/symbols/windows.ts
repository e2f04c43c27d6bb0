import { zeros } from '../util/memory';
/**
 * Sliding windows over the events of entities (specs, SEQUENT, section 4). Window w is the events
 * `rows[offsets[w] .. offsets[w + 1])`, each an index of an event, all of one entity, in the order they came.
 */
export interface Windows {
  readonly rows: Uint32Array;
  /** One entry more than there are windows. */
  readonly offsets: Uint32Array;
  /** Entity of each window. */
  readonly entities: Uint32Array;
  /** Number of windows before the leftovers of the end, which stand behind them: full ones, and prefixes where they were asked for. */
  readonly fullCount: number;
}

export interface WindowSettings {
  /** Events in a window, at least 1. */
  readonly size: number;
  /** Events from the start of a window to the start of the next, 1 .. size. */
  readonly stride: number;
  /** Whether, at the end of the events, what waits for more events of its entity is a window too: less than `size` events, or the overlap with the last window. */
  readonly addShorter: boolean;
  /** Whether the first events of an entity, before its first full window, are windows too: one that grows by one event each time. Default: no. */
  readonly addPrefix?: boolean;
}

/** SEQUENT's windows. */
export const defaultWindowSettings: WindowSettings = { size: 10, stride: 1, addShorter: false };

/**
 * The windows of events that come in time order; `entities[i]` (0 .. entityCount - 1) is whose event i is. A window stands where its last event
 * completes it, so that windows of different entities interleave; leftovers stand at the end, in order of entities. O(events x size / stride).
 */
export function slidingWindows(entities: ArrayLike<number>, entityCount: number, settings: WindowSettings): Windows {
  const { size, stride, addShorter, addPrefix = false } = settings;
  const seen = new Uint32Array(entityCount);
  let full = 0;
  let fullRows = 0;
  for (let i = 0; i < entities.length; i++) {
    const length = closed(++seen[entities[i]], size, stride, addPrefix);
    if (length > 0) full++;
    fullRows += length;
  }
  let shorter = 0;
  let shorterRows = 0;
  if (addShorter) {
    for (let e = 0; e < entityCount; e++) {
      const left = open(seen[e], size, stride, addPrefix);
      if (left > 0) shorter++;
      shorterRows += left;
    }
  }
  const rows = zeros(Uint32Array, fullRows + shorterRows);
  const offsets = zeros(Uint32Array, full + shorter + 1);
  const owners = zeros(Uint32Array, full + shorter);

  // The last `size` events of each entity, as a ring.
  const recent = zeros(Uint32Array, entityCount * size);
  const put = (window: number, entity: number, length: number): void => {
    owners[window] = entity;
    offsets[window + 1] = offsets[window] + length;
    for (let k = 0; k < length; k++) rows[offsets[window] + k] = recent[entity * size + ((seen[entity] - length + k) % size)];
  };
  seen.fill(0);
  let window = 0;
  for (let i = 0; i < entities.length; i++) {
    const entity = entities[i];
    recent[entity * size + (seen[entity] % size)] = i;
    const length = closed(++seen[entity], size, stride, addPrefix);
    if (length > 0) put(window++, entity, length);
  }
  for (let e = 0; addShorter && e < entityCount; e++) {
    const left = open(seen[e], size, stride, addPrefix);
    if (left > 0) put(window++, e, left);
  }
  return { rows, offsets, entities: owners, fullCount: full };
}

/** Events of the window that the n-th event of an entity (from 1) completes, 0: none. */
function closed(n: number, size: number, stride: number, prefixes: boolean): number {
  if (n < size) return prefixes ? n : 0;
  return (n - size) % stride === 0 ? size : 0;
}

/** Number of events in the open window after n events; a prefix that was a window already is not open. */
function open(n: number, size: number, stride: number, prefixes: boolean): number {
  if (n < size) return prefixes ? 0 : n;
  return size - stride + ((n - size) % stride);
}

/** All events of each entity as one window, entities in order of their numbers. O(events). */
export function wholeSequences(entities: ArrayLike<number>, entityCount: number): Windows {
  const offsets = zeros(Uint32Array, entityCount + 1);
  for (let i = 0; i < entities.length; i++) offsets[entities[i] + 1]++;
  for (let e = 0; e < entityCount; e++) offsets[e + 1] += offsets[e];
  const next = offsets.slice(0, entityCount);
  const rows = zeros(Uint32Array, entities.length);
  for (let i = 0; i < entities.length; i++) rows[next[entities[i]]++] = i;
  return { rows, offsets, entities: Uint32Array.from({ length: entityCount }, (_, e) => e), fullCount: entityCount };
}

/** First event of each window. */
export function firstRows(windows: Windows): Uint32Array {
  return Uint32Array.from(windows.entities, (_, w) => windows.rows[windows.offsets[w]]);
}

/** Last event of each window. */
export function lastRows(windows: Windows): Uint32Array {
  return Uint32Array.from(windows.entities, (_, w) => windows.rows[windows.offsets[w + 1] - 1]);
}
