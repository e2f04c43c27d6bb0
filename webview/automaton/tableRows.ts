import type { StateColumns } from '../../server/protocol/automaton';

export type SortColumn = 'state' | 'label' | 'baseline' | 'capture' | 'difference' | 'score' | 'flagged' | 'rootCauses' | 'depth';

export interface Sorting {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/**
 * States in order of a column, equal ones by score, then number; those alone whose number or name has all words of the filter, and that are among `only`.
 * O(states log states).
 */
export function sortedStates(states: StateColumns, label: (state: number) => string | undefined, { column, descending }: Sorting, filter: string, only?: Uint32Array): Uint32Array {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean), sign = descending ? -1 : 1;
  const fits = (s: number): boolean => words.length === 0 || words.every((word) => String(s) === word || (label(s) ?? '').toLowerCase().includes(word));
  const chosen = (only ?? Uint32Array.from({ length: states.total }, (_, s) => s)).filter((s) => s < states.total && fits(s));
  const compare = column === 'state' ? () => 0 : column === 'label' ? (a: number, b: number) => compareText(label(a) ?? '', label(b) ?? '') : (a: number, b: number) => states[column][a] - states[column][b];
  return chosen.sort((a, b) => sign * compare(a, b) || (column === 'state' ? sign * (a - b) : states.score[b] - states.score[a] || a - b));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
