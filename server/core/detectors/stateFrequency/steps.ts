import type { EncodedRows } from '../../symbols/rows';
import type { Slices } from '../../util/slices';
import type { RowSteps } from '../automatonView';
import type { ScoreColumns } from '../detector';
import { Run } from './run';
import { type ScoringModel, type Step, stepTo, SymbolFacts } from './scorer';

/** Rows run through the automaton between pauses: about ten milliseconds. */
const SLICE_ROWS = 1 << 17;

/** The steps of scored rows, worked out again: O(windowLength) a row, which is quicker than it is worth 4 bytes a row from the start. */
export function rowSteps(model: ScoringModel, rows: EncodedRows, columns: ScoreColumns): RowSteps {
  const { order, starts } = columns;
  const { automaton } = model;
  const codeOf = (before: number, symbol: number): number => {
    const entry = symbol < 0 ? -1 : automaton.entry(before, symbol);
    return entry < 0 ? -1 - before : entry;
  };
  let known: SymbolFacts | undefined;
  return {
    of(row) {
      const facts = (known ??= new SymbolFacts(model));
      const symbolAt = (position: number): number => facts.automatonSymbol[facts.of(rows.symbol[order[position]])];
      const at = positionOf(rows, columns, row);
      const step: Step = { before: 0, after: 0 };
      stepTo(model, symbolAt, starts[rows.entity[row]], at, step);
      return codeOf(step.before, symbolAt(at));
    },

    *fill(steps): Slices {
      const facts = new SymbolFacts(model);
      const run = new Run(model, facts, rows, columns);
      const context = model.settings.windowLength - 1;
      let filled = 0;
      for (let e = 0; e < rows.entityCount; e++) {
        const [start, end] = [starts[e], starts[e + 1]];
        for (let from = start; from < end; from += SLICE_ROWS) {
          const to = Math.min(end, from + SLICE_ROWS);
          // The rows before give the state that a slice starts in.
          const first = Math.max(start, from - context);
          run.load(first, to);
          for (let i = from - first; i < run.length; i++) steps[order[first + i]] = codeOf(run.before[i], facts.automatonSymbol[run.fact[i]]);
          filled += to - from;
          if (filled < SLICE_ROWS) continue;
          filled = 0;
          yield;
        }
      }
    },
  };
}

/** Where a row stands in `order`. O(log rows of the entity). */
export function positionOf(rows: EncodedRows, { order, starts }: ScoreColumns, row: number): number {
  const entity = rows.entity[row];
  return firstNotBefore(order, starts[entity], starts[entity + 1], (other) => rows.time[other] < rows.time[row] || (rows.time[other] === rows.time[row] && other < row));
}

/** First position in `order[low, high)` whose row does not come before what is sought. O(log n). */
export function firstNotBefore(order: Uint32Array, low: number, high: number, isBefore: (row: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(order[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}
