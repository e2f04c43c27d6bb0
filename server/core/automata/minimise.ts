import { Automaton, StateFlag } from './automaton';
import type { AutomatonArrays } from './automaton';

/**
 * The smallest automaton that does the same: states that allow the same words, and where `probabilities` is on also give every symbol
 * and the end the same share of their counts, become one, with their counts added up. States are numbered breadth first along
 * transitions in order of symbol names, so that two automata that do the same become equal but for counts. Partition refinement
 * (Moore, 1956): O(rounds x transitions), at most as many rounds as states.
 */
export function minimise(automaton: Automaton, probabilities = true): Automaton {
  const order = alphabetical(automaton);
  let classes = classify(automaton.stateCount, (q) => (probabilities ? shares(automaton, order, q) : allowed(automaton, order, q)));
  for (;;) {
    const refined = classify(automaton.stateCount, (q) => `${classes.of[q]}|${successors(automaton, order, q).map((target) => (target < 0 ? '-' : classes.of[target])).join(',')}`);
    if (refined.count === classes.count) return quotient(automaton, classes.of, classes.count, order);
    classes = refined;
  }
}

interface Classes {
  readonly of: Int32Array;
  readonly count: number;
}

function classify(states: number, key: (state: number) => string): Classes {
  const numbers = new Map<string, number>();
  const of = new Int32Array(states);
  for (let q = 0; q < states; q++) {
    const text = key(q);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    of[q] = number;
  }
  return { of, count: numbers.size };
}

/** Entries of each state in order of symbol names. */
function alphabetical(automaton: Automaton): readonly (readonly number[])[] {
  const { alphabet, arrays: { entryStart, entrySymbol } } = automaton;
  const byName = alphabet.map((_, a) => a).sort((a, b) => (alphabet[a] < alphabet[b] ? -1 : 1));
  const rank = new Uint32Array(alphabet.length);
  byName.forEach((a, i) => (rank[a] = i));
  return Array.from({ length: automaton.stateCount }, (_, q) => Array.from({ length: entryStart[q + 1] - entryStart[q] }, (_, i) => entryStart[q] + i).sort((x, y) => rank[entrySymbol[x]] - rank[entrySymbol[y]]));
}

function allowed({ arrays: a }: Automaton, order: readonly (readonly number[])[], q: number): string {
  return order[q].filter((e) => a.entryTarget[e] >= 0).map((e) => a.entrySymbol[e]).join(',');
}

/** Symbols with their shares as reduced fractions, so that equal shares are equal texts. */
function shares({ arrays: a }: Automaton, order: readonly (readonly number[])[], q: number): string {
  const total = order[q].reduce((sum, e) => sum + a.entryCount[e], a.ended[q]);
  const fraction = (n: number): string => {
    const divisor = greatestDivisor(n, total) || 1;
    return `${n / divisor}/${total / divisor}`;
  };
  return [...order[q].map((e) => `${a.entrySymbol[e]}${a.entryTarget[e] < 0 ? '!' : ':'}${fraction(a.entryCount[e])}`), fraction(a.ended[q])].join(',');
}

function greatestDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

function successors({ arrays: a }: Automaton, order: readonly (readonly number[])[], q: number): number[] {
  return order[q].filter((e) => a.entryTarget[e] >= 0).map((e) => a.entryTarget[e]);
}

/** One state a class, numbered breadth first; what a class is reached by and from is what its first state is. */
function quotient(automaton: Automaton, classOf: Int32Array, count: number, order: readonly (readonly number[])[]): Automaton {
  const a = automaton.arrays;
  const members: number[][] = Array.from({ length: count }, () => []);
  classOf.forEach((c, q) => members[c].push(q));
  const numberOf = new Int32Array(count).fill(-1);
  const classes = [classOf[0]];
  numberOf[classOf[0]] = 0;
  // Every member has the same transitions to classes, so the first speaks for all.
  for (const c of classes) {
    for (const target of successors(automaton, order, members[c][0])) {
      if (numberOf[classOf[target]] >= 0) continue;
      numberOf[classOf[target]] = classes.length;
      classes.push(classOf[target]);
    }
  }
  const types = automaton.typeNames.length;
  const first = classes.map((c) => (members[c].includes(0) ? 0 : members[c][0]));
  const sum = (of: ArrayLike<number>): number[] => classes.map((c) => members[c].reduce((total, q) => total + of[q], 0));
  const byType = (of: Uint32Array): Uint32Array => Uint32Array.from(classes.flatMap((c) => Array.from({ length: types }, (_, t) => members[c].reduce((total, q) => total + of[q * types + t], 0))));
  const entryStart = [0], entrySymbol: number[] = [], entryTarget: number[] = [], entryCount: number[] = [], prefixStart = [0], prefixSymbols: number[] = [];
  classes.forEach((c, i) => {
    const entries = new Map<number, { target: number; count: number }>();
    for (const q of members[c]) {
      for (let e = a.entryStart[q]; e < a.entryStart[q + 1]; e++) {
        const entry = entries.get(a.entrySymbol[e]) ?? { target: -1, count: 0 };
        entry.count += a.entryCount[e];
        if (a.entryTarget[e] >= 0) entry.target = numberOf[classOf[a.entryTarget[e]]];
        entries.set(a.entrySymbol[e], entry);
      }
    }
    for (const [symbol, { target, count: n }] of [...entries].sort(([x], [y]) => x - y)) {
      entrySymbol.push(symbol);
      entryTarget.push(target);
      entryCount.push(n);
    }
    entryStart.push(entrySymbol.length);
    for (const symbol of automaton.prefix(first[i])) prefixSymbols.push(symbol);
    prefixStart.push(prefixSymbols.length);
  });
  const arrays: AutomatonArrays = {
    entryStart: Uint32Array.from(entryStart), entrySymbol: Uint32Array.from(entrySymbol), entryTarget: Int32Array.from(entryTarget), entryCount: Uint32Array.from(entryCount),
    size: Int32Array.from(sum(a.size)), passed: Uint32Array.from(sum(a.passed)), ended: Uint32Array.from(sum(a.ended)),
    incoming: Int32Array.from(first, (q) => a.incoming[q]), source: Int32Array.from(first, (q) => (a.source[q] < 0 ? -1 : numberOf[classOf[a.source[q]]])),
    flags: Uint8Array.from(classes, (c) => (members[c].some((q) => automaton.isCore(q)) ? StateFlag.core : a.flags[members[c][0]])), number: Int32Array.from(classes.keys()),
    prefixStart: Uint32Array.from(prefixStart), prefixSymbols: Uint32Array.from(prefixSymbols), prefixType: Uint16Array.from(first, (q) => a.prefixType[q]),
    passedByType: byType(a.passedByType), endedByType: byType(a.endedByType),
  };
  return new Automaton(automaton.alphabet, automaton.typeNames, arrays);
}
