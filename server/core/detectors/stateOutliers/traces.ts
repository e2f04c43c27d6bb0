import type { TraceSet } from '../../automata/traces';
import { dynamicWindows } from '../../symbols/dynamicWindows';
import type { EncodedRows, Sequences } from '../../symbols/rows';
import type { StateOutliersSettings } from './settings';

/** Rows in the traces that the automaton is learned from, at most; of larger baselines every n-th window is taken. */
const MAX_TRACE_ROWS = 4_000_000;

/** Windows of each entity's symbols: of a fixed number of rows, or of dynamic width. `symbols`: those of the baseline, ascending; `names`: of each. */
export function makeTraces(rows: EncodedRows, groups: Sequences, settings: StateOutliersSettings, symbols: Float64Array, names: readonly string[]): TraceSet {
  const number = new Map(Array.from(symbols, (symbol, i) => [symbol, i]));
  const { order } = groups;
  let length = 0;
  eachWindow(rows, groups, settings, (from, to) => (length += to - from));
  const every = Math.max(1, Math.ceil(length / MAX_TRACE_ROWS));
  const flat: number[] = [];
  const offsets: number[] = [0];
  let window = 0;
  eachWindow(rows, groups, settings, (from, to) => {
    if (window++ % every !== 0) return;
    for (let i = from; i < to; i++) flat.push(number.get(rows.symbol[order[i]]) as number);
    offsets.push(flat.length);
  });
  return { symbols: Uint32Array.from(flat), offsets: Uint32Array.from(offsets), types: new Uint16Array(offsets.length - 1), alphabet: names, typeNames: ['0'] };
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
