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
  /** Number of windows that are full; the leftovers of the end stand behind them. */
  readonly fullCount: number;
}

export interface WindowSettings {
  /** Events in a window, at least 1. */
  readonly size: number;
  /** Events from the start of a window to the start of the next, 1 .. size. */
  readonly stride: number;
  /** Whether, at the end of the events, what waits for more events of its entity is a window too: less than `size` events, or the overlap with the last window. */
  readonly addShorter: boolean;
}

/** SEQUENT's windows. */
export const defaultWindowSettings: WindowSettings = { size: 10, stride: 1, addShorter: false };

/**
 * The windows of events that come in time order; `entities[i]` (0 .. entityCount - 1) is whose event i is. A window stands where its last event
 * completes it, so that windows of different entities interleave; leftovers stand at the end, in order of entities. O(events x size / stride).
 */
export function slidingWindows(entities: ArrayLike<number>, entityCount: number, settings: WindowSettings): Windows {
  const { size, stride, addShorter } = settings;
  const seen = new Uint32Array(entityCount);
  let full = 0;
  for (let i = 0; i < entities.length; i++) if (completes(++seen[entities[i]], size, stride)) full++;
  let shorter = 0;
  let shorterRows = 0;
  if (addShorter) {
    for (let e = 0; e < entityCount; e++) {
      const left = open(seen[e], size, stride);
      if (left > 0) shorter++;
      shorterRows += left;
    }
  }
  const rows = new Uint32Array(full * size + shorterRows);
  const offsets = new Uint32Array(full + shorter + 1);
  const owners = new Uint32Array(full + shorter);

  // The last `size` events of each entity, as a ring.
  const recent = new Uint32Array(entityCount * size);
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
    if (completes(++seen[entity], size, stride)) put(window++, entity, size);
  }
  for (let e = 0; addShorter && e < entityCount; e++) {
    const left = open(seen[e], size, stride);
    if (left > 0) put(window++, e, left);
  }
  return { rows, offsets, entities: owners, fullCount: full };
}

/** Whether the n-th event of an entity (from 1) completes a window. */
function completes(n: number, size: number, stride: number): boolean {
  return n >= size && (n - size) % stride === 0;
}

/** Number of events in the open window after n events. */
function open(n: number, size: number, stride: number): number {
  return n < size ? n : size - stride + ((n - size) % stride);
}

/** First event of each window. */
export function firstRows(windows: Windows): Uint32Array {
  return Uint32Array.from(windows.entities, (_, w) => windows.rows[windows.offsets[w]]);
}

/** Last event of each window. */
export function lastRows(windows: Windows): Uint32Array {
  return Uint32Array.from(windows.entities, (_, w) => windows.rows[windows.offsets[w + 1] - 1]);
}
