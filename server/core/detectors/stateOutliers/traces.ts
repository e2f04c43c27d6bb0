import type { Attribute } from '../../automata/attributes';
import type { TraceSet } from '../../automata/traces';
import { dynamicWindows } from '../../symbols/dynamicWindows';
import type { EncodedRows, Sequences } from '../../symbols/rows';
import { type Feature, valueOf } from './features';
import type { StateOutliersSettings } from './settings';

/** Rows in the traces that the automaton is learned from, at most; of larger baselines every n-th window is taken. */
const MAX_TRACE_ROWS = 4_000_000;
/** The same where guards are learned, which takes longer. */
const MAX_GUARDED_ROWS = 500_000;

/** Features as attributes: transitions may be guarded by all of them, and states differ by all. */
export function attributesOf(features: readonly Feature[]): readonly Attribute[] {
  return features.map(({ name }) => ({ name, splittable: true, distribution: true }));
}

/**
 * Windows of each entity's symbols: of a fixed number of rows, or of dynamic width; with the features of each row where transitions are guarded. `symbols`: those of the
 * baseline, ascending; `names`: of each.
 */
export function makeTraces(rows: EncodedRows, groups: Sequences, settings: StateOutliersSettings, features: readonly Feature[], symbols: Float64Array, names: readonly string[]): TraceSet {
  const guarded = settings.transitions !== 'kinds';
  const number = new Map(Array.from(symbols, (symbol, i) => [symbol, i]));
  const { order } = groups;
  let length = 0;
  eachWindow(rows, groups, settings, (from, to) => (length += to - from));
  const every = Math.max(1, Math.ceil(length / (guarded ? MAX_GUARDED_ROWS : MAX_TRACE_ROWS)));
  const flat: number[] = [];
  const values: number[] = [];
  const offsets: number[] = [0];
  let window = 0;
  eachWindow(rows, groups, settings, (from, to) => {
    if (window++ % every !== 0) return;
    for (let i = from; i < to; i++) {
      flat.push(number.get(rows.symbol[order[i]]) as number);
      if (guarded) for (let f = 0; f < features.length; f++) values.push(valueOf(rows, features.length, order[i], f));
    }
    offsets.push(flat.length);
  });
  return { symbols: Uint32Array.from(flat), offsets: Uint32Array.from(offsets), types: new Uint16Array(offsets.length - 1), alphabet: names, typeNames: ['0'], ...(guarded ? { attributes: { declared: attributesOf(features), values: Float64Array.from(values) } } : {}) };
}

/** Calls `visit` with the position in `order` of the first row of every window, and the one behind its last. */
function eachWindow(rows: EncodedRows, { order, starts }: Sequences, { windows, windowLength, stride }: StateOutliersSettings, visit: (from: number, to: number) => void): void {
  for (let e = 0; e < rows.entityCount; e++) {
    const [start, end] = [starts[e], starts[e + 1]];
    if (windows === 'dynamic') {
      const times = Float64Array.from({ length: end - start }, (_, i) => rows.time[order[start + i]]);
      dynamicWindows(times, (from, to) => visit(start + from, start + to));
      continue;
    }
    for (let from = start; from < end; from += stride) {
      const to = Math.min(end, from + windowLength);
      visit(from, to);
      if (to === end) break;
    }
  }
}
