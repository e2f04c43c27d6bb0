import { chiSquaredSurvival } from '../../server/core/util/statistics';
import type { LearnSettings } from '../../server/core/automata/settings';
import type { TraceSet } from '../../server/core/automata/traces';

/** A trace that has taken `taken` symbols. */
interface Tail {
  readonly trace: number;
  readonly taken: number;
}

interface Edge {
  readonly symbol: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  target: Node;
}

/** A state has edges; a candidate has tails alone, and so has every state, for its counts. */
interface Node {
  readonly made: number;
  tails: Tail[];
  edges: Edge[] | undefined;
}

interface Sums {
  statistic: number;
  freedom: number;
}

/** What a candidate of a merge sees: a copy of the tails of each node that it meets, and of what would be made behind them. */
interface View {
  tails: Tail[];
  readonly edges: { readonly edge: Edge | undefined; readonly symbol: number; readonly view: View }[] | undefined;
}

/**
 * Guarded automata as the specification words them (state machine, sections 3 and 9): every candidate is a list of tails, merging is to run the tails through the
 * automaton, a split is tried by dividing the list at every threshold. Quartiles, guards, and no attribute is missing. Steps as texts: `s` with the threshold, `m` with the p-value, `x`.
 */
export function slowGuardedLearn(traces: TraceSet, settings: LearnSettings): string[] {
  const { declared, values } = traces.attributes!;
  const width = declared.length;
  const position = ({ trace, taken }: Tail): number => traces.offsets[trace] + taken;
  const goesOn = (tail: Tail): boolean => position(tail) < traces.offsets[tail.trace + 1];
  const number = (at: number, k: number): number => values[at * width + k];
  const next = ({ trace, taken }: Tail): Tail => ({ trace, taken: taken + 1 });
  const quartiles = declared.map((_, k) => {
    const sorted = [...values].filter((__, i) => i % width === k).sort((a, b) => a - b);
    return [1, 2, 3].map((q) => (settings.variant === 'default' ? (x: number) => x : Math.trunc)(sorted[Math.floor((sorted.length * q) / 4)]));
  });
  const bin = (k: number, value: number): number => quartiles[k].filter((q) => value >= q).length;
  const xLogX = (x: number): number => (x === 0 ? 0 : x * Math.log(x));

  const compare = (left: readonly Tail[], right: readonly Tail[], least: number, sums: Sums): void => {
    if (left.length < least || right.length < least || left.length * right.length === 0) return;
    const table = (key: (tail: Tail) => string): void => {
      const counts = new Map<string, [number, number]>();
      [left, right].forEach((tails, side) => tails.forEach((tail) => {
        const cell = counts.get(key(tail)) ?? [0, 0];
        cell[side]++;
        counts.set(key(tail), cell);
      }));
      counts.delete('');
      const total = [...counts.values()].reduce<[number, number]>(([a, b], [l, r]) => [a + l, b + r], [0, 0]);
      for (const [l, r] of counts.values()) {
        if (l > 0 && r > 0) sums.freedom++;
        sums.statistic += 2 * (xLogX(l) + xLogX(r) - xLogX(l + r));
      }
      sums.statistic -= 2 * (xLogX(total[0]) + xLogX(total[1]) - xLogX(total[0] + total[1]));
    };
    table((tail) => (goesOn(tail) ? String(traces.symbols[position(tail)]) : settings.finalProbability ? 'end' : ''));
    declared.forEach(({ distribution }, k) => distribution && table((tail) => (goesOn(tail) ? `bin ${bin(k, number(position(tail), k))}` : '')));
  };
  const pValue = ({ statistic, freedom }: Sums): number => (statistic < 1e-9 ? 1 : freedom === 0 ? 0 : chiSquaredSurvival(statistic, freedom));

  const symbolsOf = (tails: readonly Tail[]): number[] => [...new Set(tails.filter(goesOn).map((tail) => traces.symbols[position(tail)]))].sort((a, b) => a - b);
  const taking = (tails: readonly Tail[], symbol: number, edge?: Edge): Tail[] => tails.filter((tail) => goesOn(tail) && traces.symbols[position(tail)] === symbol
    && (!edge || declared.every((_, k) => number(position(tail), k) >= edge.low[k] && number(position(tail), k) < edge.high[k]))).map(next);

  let made = 0;
  const node = (tails: Tail[]): Node => ({ made: made++, tails, edges: undefined });
  const open = (): readonly number[] => declared.map(() => -Infinity);
  const shut = (): readonly number[] => declared.map(() => Infinity);
  const states: Node[] = [];
  const makeState = (n: Node): void => {
    n.edges = symbolsOf(n.tails).map((symbol) => ({ symbol, low: open(), high: shut(), target: node(taking(n.tails, symbol)) }));
    states.push(n);
  };
  makeState(node(Array.from(traces.types, (_, trace) => ({ trace, taken: 0 }))));

  const tried = (red: Node, blue: Node): number => {
    const sums = { statistic: 0, freedom: 0 };
    const views = new Map<Node, View>();
    // Once it is merged the candidate is the state, also as the target of the transition that led to it.
    const viewOf = (n: Node): View => {
      if (n === blue) return viewOf(red);
      if (!views.has(n)) {
        const view: View = { tails: [...n.tails], edges: [] };
        views.set(n, view);
        if (n.edges) for (const edge of n.edges) view.edges!.push({ edge, symbol: edge.symbol, view: viewOf(edge.target) });
        else view.edges!.push(...treeOf(n.tails));
      }
      return views.get(n)!;
    };
    const treeOf = (tails: readonly Tail[]): NonNullable<View['edges']> => symbolsOf(tails).map((symbol) => {
      const below = taking(tails, symbol);
      return { edge: undefined, symbol, view: { tails: below, edges: treeOf(below) } };
    });
    const fold = (left: View, right: Tail[]): void => {
      compare(left.tails, right, settings.stateCount, sums);
      left.tails = [...left.tails, ...right];
      for (const symbol of symbolsOf(right)) {
        const edges = left.edges!.filter((e) => e.symbol === symbol);
        if (edges.length === 0) {
          const below = taking(right, symbol);
          left.edges!.push({ edge: undefined, symbol, view: { tails: below, edges: treeOf(below) } });
        }
        for (const { edge, view } of edges) {
          const below = taking(right, symbol, edge);
          if (below.length > 0) fold(view, below);
        }
      }
    };
    fold(viewOf(red), blue.tails);
    return pValue(sums);
  };
  const merge = (left: Node, tails: Tail[]): void => {
    left.tails = [...left.tails, ...tails];
    if (!left.edges) return;
    for (const symbol of symbolsOf(tails)) {
      const edges = left.edges.filter((e) => e.symbol === symbol);
      if (edges.length === 0) left.edges.push({ symbol, low: open(), high: shut(), target: node(taking(tails, symbol)) });
      for (const edge of edges) {
        const below = taking(tails, symbol, edge);
        if (below.length > 0) merge(edge.target, below);
      }
    }
    left.edges.sort((a, b) => a.symbol - b.symbol);
  };
  const split = (blue: Node, least: number): { attribute: number; threshold: number; p: number; statistic: number; tried: number } | undefined => {
    let best: { attribute: number; threshold: number; p: number; statistic: number } | undefined;
    let count = 0;
    declared.forEach(({ splittable }, attribute) => {
      if (!splittable) return;
      const of = (tail: Tail): number => number(position(tail) - 1, attribute);
      for (const threshold of [...new Set(blue.tails.map(of))].sort((a, b) => a - b)) {
        const lower = blue.tails.filter((tail) => of(tail) < threshold), upper = blue.tails.filter((tail) => of(tail) >= threshold);
        if (lower.length < least || upper.length < least) continue;
        count++;
        const sums = { statistic: 0, freedom: 1 };
        const walk = (l: Tail[], u: Tail[]): void => {
          if (l.length * u.length === 0) return;
          compare(l, u, 0, sums);
          for (const symbol of symbolsOf([...l, ...u])) walk(taking(l, symbol), taking(u, symbol));
        };
        walk(lower, upper);
        const p = pValue(sums);
        if (!best || p < best.p * (1 - 1e-9) || (Math.abs(p - best.p) <= best.p * 1e-9 && sums.statistic > best.statistic + 1e-9)) best = { attribute, threshold, p, statistic: sums.statistic };
      }
    });
    return best && { ...best, tried: count };
  };

  /** The last symbols that led to a node. */
  const context = ({ tails: [tail] }: Node): string => (settings.markovian > 0 && tail ? [...traces.symbols.slice(Math.max(traces.offsets[tail.trace], position(tail) - settings.markovian), position(tail))].join() : '');

  const steps: string[] = [];
  const confidence = Math.fround(settings.confidence);
  const isSink = (n: Node): boolean => settings.sinks && n.tails.length < settings.sinkCount;
  for (;;) {
    const blues = states.flatMap((state) => state.edges!.map((edge) => ({ state, edge }))).filter(({ edge: { target } }) => !target.edges && !isSink(target));
    if (blues.length === 0) return steps;
    const most = Math.max(...blues.map(({ edge }) => edge.target.tails.length));
    // Of equally frequent ones any may be first: the names of nodes are not those of the learner. Callers compare up to there.
    const first = blues.filter(({ edge }) => edge.target.tails.length === most);
    if (first.length > 1) return [...steps, 'tie'];
    const { state, edge } = first[0];
    const blue = edge.target;
    const found = split(blue, 1 + Math.max(settings.splitSize, settings.stateCount, settings.sinks ? settings.sinkCount : 0));
    if (found && found.p * found.tried <= confidence) {
      const { attribute, threshold } = found;
      const at = (k: number): boolean => k === attribute;
      const of = (tail: Tail): number => number(position(tail) - 1, attribute);
      const lower: Edge = { ...edge, high: edge.high.map((x, k) => (at(k) ? threshold : x)), target: node(blue.tails.filter((tail) => of(tail) < threshold)) };
      const upper: Edge = { ...edge, low: edge.low.map((x, k) => (at(k) ? threshold : x)), target: node(blue.tails.filter((tail) => of(tail) >= threshold)) };
      state.edges!.splice(state.edges!.indexOf(edge), 1, lower, upper);
      steps.push(`s ${(1 + confidence - found.p).toFixed(6)}`);
      continue;
    }
    let best: { red: Node; p: number } | undefined;
    for (const red of states) {
      if ((red === states[0] && !settings.mergeRoot) || context(red) !== context(blue)) continue;
      const p = tried(red, blue);
      if (p >= confidence && (!best || p > best.p + 1e-9)) best = { red, p };
    }
    if (best) {
      edge.target = best.red;
      merge(best.red, blue.tails);
      steps.push(`m ${best.p.toFixed(6)}`);
    } else {
      makeState(blue);
      steps.push(`x ${blue.tails.length}`);
    }
  }
}
