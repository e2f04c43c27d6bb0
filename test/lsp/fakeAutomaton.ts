import { OutdatedError } from '../../server/engine/api';
import type { AutomatonQueries } from '../../server/engine/automaton/api';
import type { StateDetail } from '../../server/protocol/automaton';

/** A line of a fake log: its second word is its state, of which the root, 0, is none. */
export interface FakeLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The automaton of the fake engine: a root, and behind it one state for each second word, in order of first appearance. Revision 3; others are gone. */
export function fakeAutomaton(lines: () => readonly FakeLine[]): AutomatonQueries {
  const wordOf = ({ text }: FakeLine): string => text.split(' ')[1] ?? '';
  const words = (): string[] => ['start', ...new Set(lines().map(wordOf))];
  const current = (revision: number): void => {
    if (revision !== 3) throw new OutdatedError('The capture was scored again.');
  };
  const rowsOf = (state: number): FakeLine[] => lines().filter((line) => wordOf(line) === words()[state]);
  const cut = <T>(items: readonly T[], { start, count }: { readonly start: number; readonly count: number }) => ({ total: items.length, items: items.slice(start, start + count) });
  return {
    summary: async () => ({ revision: 3, title: 'fake', states: words().length, edges: words().length - 1, transitions: words().length - 1, symbols: words().length - 1, baselineRows: 0, captureRows: lines().length, rootCauses: 0 }),
    async states({ revision, start, count }) {
      current(revision);
      const numbers = words().map((_, state) => state).slice(start, start + count);
      return {
        start, total: words().length, baseline: new Float64Array(numbers.length), capture: Float64Array.from(numbers, (state) => rowsOf(state).length), difference: Float32Array.from(numbers, () => 0.5), score: new Float32Array(numbers.length),
        flagged: new Uint32Array(numbers.length), rootCauses: new Uint32Array(numbers.length), depth: Int32Array.from(numbers, (state) => Math.min(1, state)), parent: Int32Array.from(numbers, (state) => (state === 0 ? -1 : 0)), kind: Uint8Array.from(numbers, (state) => (state === 0 ? 2 : 0)),
      };
    },
    async edges({ revision, start, count }) {
      current(revision);
      const to = words().map((_, state) => state).slice(1).slice(start, start + count);
      return { start, total: words().length - 1, from: new Uint32Array(to.length), to: Uint32Array.from(to), baseline: new Float64Array(to.length), capture: new Float64Array(to.length), symbols: new Uint32Array(to.length).fill(1) };
    },
    labels: async (_, states) => states.map((state) => words()[state]),
    edgeSymbols: async ({ to, ...page }) => cut([{ words: words()[to], baseline: 0, capture: rowsOf(to).length }], page),
    state: async ({ state }): Promise<StateDetail> => ({
      state, label: words()[state], expected: 0, baseline: 0, capture: rowsOf(state).length, flagged: 0, score: 0, arriving: [], arrivingTotal: 0, leaving: [], leavingTotal: 0, fields: [], entities: [], entityTotal: 0,
      incoming: [], incomingTotal: 0, outgoing: [], outgoingTotal: 0, rootCauses: [], rootCauseTotal: 0, access: [], provenance: [],
    }),
    histograms: async ({ state, row }) => ({
      state, own: true, baseline: 0, capture: rowsOf(state).length, odd: rowsOf(state).length,
      fields: [{ name: 'letters', bins: rowsOf(state).map(({ text }, bin) => ({ bin, text: String(text.length), baseline: 0, capture: 1, odd: true, kind: 'beyond' as const })), ...(row === undefined ? {} : { mark: { bin: 0, text: String(row) } }) }],
    }),
    rows: async ({ state, ...page }) => cut(rowsOf(state).map(({ file, line, text }) => ({ row: line, place: { uri: file, line, startCharacter: 0, endCharacter: text.length }, path: file, entity: text.split(' ')[0], words: wordOf({ file, line, text }), score: 0 })), page),
    async at(file, line) {
      const found = lines().find((one) => one.file === file && one.line === line);
      return found && { revision: 3, row: line, before: 0, state: words().indexOf(wordOf(found)), words: wordOf(found), score: 0 };
    },
    replay: async ({ row, start, count }) => ({ entity: `${row}`, start, at: row, ...cut([], { start, count }) }),
    find: async ({ query, ...page }) => cut(words().flatMap((label, state) => (label.includes(query) ? [{ state, label, why: `word: ${label}` }] : [])), page),
  };
}
