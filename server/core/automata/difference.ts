import { LogProbabilities } from './replay';
import type { Automaton } from './automaton';

/** One transition as the two automata have it; -1 and 0 where one of them lacks it. */
export interface TransitionDifference {
  readonly kind: 'appeared' | 'vanished' | 'moved' | 'changed';
  /** States of the first and the second automaton. */
  readonly from: readonly [number, number];
  readonly symbol: string;
  readonly to: readonly [number, number];
  readonly probability: readonly [number, number];
}

/** What tells two automata apart. */
export interface Difference {
  /** A shortest word after which one automaton has a transition that the other lacks, or undefined: they accept the same words. */
  readonly counterExample: readonly string[] | undefined;
  /** For each state of the first automaton the one of the second that the same word leads to first, -1 where there is none. */
  readonly match: Int32Array;
  /** States that the second automaton has more, and less. */
  readonly appeared: readonly number[];
  readonly vanished: readonly number[];
  readonly transitions: readonly TransitionDifference[];
}

/**
 * Compares two automata by walking both at once, breadth first, in order of symbol names; `least` is the difference of probabilities
 * from which a transition counts as changed. O(pairs of states that the same words lead to, times their transitions).
 */
export function difference(a: Automaton, b: Automaton, least = 0.01): Difference {
  const match = new Int32Array(a.stateCount).fill(-1);
  const matched = new Uint8Array(b.stateCount);
  const transitions: TransitionDifference[] = [];
  const left = new Outgoing(a), right = new Outgoing(b);
  const seen = new Set<number>([0]);
  const pairs: { readonly p: number; readonly q: number; readonly before: number; readonly symbol: string }[] = [{ p: 0, q: 0, before: -1, symbol: '' }];
  match[0] = 0;
  matched[0] = 1;
  let counterExample: string[] | undefined;
  for (let at = 0; at < pairs.length; at++) {
    const { p, q } = pairs[at];
    const isMatch = match[p] === q;
    const ofP = left.of(p), ofQ = right.of(q);
    for (const symbol of [...new Set([...ofP.keys(), ...ofQ.keys()])].sort()) {
      const x = ofP.get(symbol), y = ofQ.get(symbol);
      const to = [x?.target ?? -1, y?.target ?? -1] as const;
      if ((to[0] < 0) !== (to[1] < 0)) counterExample ??= [...wordOf(pairs, at), symbol];
      else if (to[0] >= 0) {
        if (match[to[0]] < 0 && matched[to[1]] === 0) {
          match[to[0]] = to[1];
          matched[to[1]] = 1;
        }
        const key = to[0] * b.stateCount + to[1];
        if (!seen.has(key)) {
          seen.add(key);
          pairs.push({ p: to[0], q: to[1], before: at, symbol });
        }
      }
      if (!isMatch) continue;
      const probability = [x?.probability ?? 0, y?.probability ?? 0] as const;
      const kind = to[0] < 0 && to[1] >= 0 ? 'appeared' : to[1] < 0 && to[0] >= 0 ? 'vanished' : to[0] >= 0 && match[to[0]] !== to[1] ? 'moved' : Math.abs(probability[0] - probability[1]) >= least ? 'changed' : undefined;
      if (kind) transitions.push({ kind, from: [p, q], symbol, to, probability });
    }
  }
  return {
    counterExample, match, transitions,
    appeared: Array.from(matched.keys()).filter((q) => matched[q] === 0),
    vanished: Array.from(match.keys()).filter((p) => match[p] < 0),
  };
}

function wordOf(pairs: readonly { readonly before: number; readonly symbol: string }[], at: number): string[] {
  const word: string[] = [];
  for (let i = at; pairs[i].before >= 0; i = pairs[i].before) word.push(pairs[i].symbol);
  return word.reverse();
}

/** What can follow each state, by symbol name. */
class Outgoing {
  private readonly probabilities: LogProbabilities;

  constructor(private readonly automaton: Automaton) {
    this.probabilities = new LogProbabilities(automaton, 0, true);
  }

  of(state: number): Map<string, { readonly target: number; readonly probability: number }> {
    const { alphabet, arrays: { entryStart, entrySymbol, entryTarget } } = this.automaton;
    const list = new Map<string, { target: number; probability: number }>();
    for (let e = entryStart[state]; e < entryStart[state + 1]; e++) {
      const probability = Math.exp(this.probabilities.ofEntry[e]);
      list.set(alphabet[entrySymbol[e]], { target: entryTarget[e], probability: Number.isFinite(probability) ? probability : 0 });
    }
    return list;
  }
}
