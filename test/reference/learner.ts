import { chiSquaredSurvival } from '../../server/core/util/statistics';
import type { LearnSettings } from '../../server/core/automata/settings';
import type { TraceSet } from '../../server/core/automata/traces';

interface Node {
  number: number;
  readonly prefix: readonly number[];
  readonly parent: Node | undefined;
  size: number;
  passed: number;
  ended: number;
  red: boolean;
  mergedInto: Node | undefined;
  readonly counts: Map<number, number>;
  readonly endedByType: Map<number, number>;
  readonly children: Map<number, Node>;
}

export interface SlowResult {
  readonly steps: string[];
  /** One text a state: its prefix, size, counts, and the prefixes of the states it leads to. */
  readonly states: string[];
}

/**
 * State merging as the specification words it (state machine, sections 2 to 6.2): one object a node, recursion, and a copy of everything
 * for every tried merge. Leaves out merging of sinks, locality, and what `sicco` does to sizes of merges it takes back.
 */
export function slowLearn(traces: TraceSet, settings: LearnSettings): SlowResult {
  let root = insertAll(traces, settings);
  const steps: string[] = [];
  for (;;) {
    const { reds, blues } = collect(root, settings);
    const candidates = blues.filter((blue) => !isSink(blue, settings));
    if (candidates.length === 0) break;
    let best: { score: number; size: number; red: Node | undefined; blue: Node } | undefined;
    for (const blue of settings.largestBlue ? candidates.slice(0, 1) : candidates) {
      let accepted = false;
      for (const red of reds) {
        const score = tried(root, red, blue, settings);
        if (score === undefined) continue;
        accepted = true;
        if (!best || score > best.score || (score === best.score && blue.size > best.size)) best = { score, size: blue.size, red, blue };
      }
      if (settings.extend && !accepted) {
        best = { score: 0, size: blue.size, red: undefined, blue };
        break;
      }
      if (!best || best.score < 0 || (best.score === 0 && blue.size > best.size)) best = { score: 0, size: blue.size, red: undefined, blue };
    }
    const { red, blue, score } = best!;
    if (red) {
      steps.push(`merge ${score.toPrecision(9)} ${red.prefix.join(' ')} < ${blue.prefix.join(' ')}`);
      merge(red, blue, 0, settings, undefined, true);
    } else {
      steps.push(`extend ${blue.size} ${blue.prefix.join(' ')}`);
      blue.red = true;
    }
    root = find(root);
  }
  const { reds, blues } = collect(root, settings);
  const kept = new Set(settings.keepCandidates ? [...reds, ...blues] : reds);
  const text = (map: Map<number, unknown>, value: (a: number) => unknown): string => [...map.keys()].sort((a, b) => a - b).map((a) => `${a}:${String(value(a))}`).join(',');
  const states = [...kept].map((node) => {
    const targets = new Map([...node.children].map(([a, child]) => [a, find(child)] as const).filter(([, child]) => kept.has(child)));
    return `${node.prefix.join(' ')} | ${node.size} | ${node.passed} ${node.ended} | ${text(node.counts, (a) => node.counts.get(a))} | ${text(targets, (a) => targets.get(a)!.prefix.join(' '))}`;
  });
  return { steps, states: states.sort() };
}

function insertAll(traces: TraceSet, settings: LearnSettings): Node {
  const created: Node[] = [];
  const create = (prefix: readonly number[], parent: Node | undefined): Node => {
    const node: Node = { number: created.length, prefix, parent, size: 0, passed: 0, ended: 0, red: false, mergedInto: undefined, counts: new Map(), endedByType: new Map(), children: new Map() };
    created.push(node);
    return node;
  };
  const root = create([], undefined);
  root.red = true;
  for (let t = 0; t < traces.types.length; t++) {
    let node = root;
    for (let i = traces.offsets[t]; i < traces.offsets[t + 1]; i++) {
      const a = traces.symbols[i];
      node.size++;
      node.passed++;
      increase(node.counts, a, 1);
      if (!node.children.has(a)) node.children.set(a, create([...node.prefix, a], node));
      node = node.children.get(a)!;
    }
    node.size++;
    node.ended++;
    increase(node.endedByType, traces.types[t], 1);
  }
  if (settings.variant !== 'main') {
    const order = [root];
    for (const node of order) order.push(...ascending(node.children).map(([, child]) => child));
    order.forEach((node, i) => (node.number = i));
  }
  return root;
}

function increase(map: Map<number, number>, key: number, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function ascending<T>(map: Map<number, T>): [number, T][] {
  return [...map].sort(([a], [b]) => a - b);
}

function find(node: Node): Node {
  return node.mergedInto ? find(node.mergedInto) : node;
}

function collect(root: Node, settings: LearnSettings): { reds: Node[]; blues: Node[] } {
  const reds = [root];
  const blues: Node[] = [];
  for (const red of reds) {
    for (const [, child] of ascending(red.children)) {
      const target = find(child);
      if (!target.red) blues.push(target);
      else if (!reds.includes(target)) reds.push(target);
    }
  }
  const inOrder = (a: Node, b: Node): number => {
    const depth = settings.shallowFirst ? (a.prefix.length - b.prefix.length) * (settings.variant === 'main' ? -1 : 1) : 0;
    return depth || b.size - a.size || a.number - b.number;
  };
  return { reds: settings.variant === 'sicco' ? reds.sort(inOrder) : reds, blues: blues.filter((node) => node.size !== 0).sort(inOrder) };
}

function isSink(node: Node, settings: LearnSettings): boolean {
  return settings.sinks && node.passed + node.ended < settings.sinkCount;
}

function tried(root: Node, red: Node, blue: Node, settings: LearnSettings): number | undefined {
  if ((!settings.mergeRoot && red === root) || isSink(red, settings) || !sameContext(red, blue, settings.markovian)) return undefined;
  const sums = { separate: 0, merged: 0, freedom: 0, conflict: false };
  if (settings.testMerge) {
    const copy = structuredClone({ root, red, blue });
    merge(copy.red, copy.blue, 0, settings, sums, true);
  } else merge(red, blue, 0, settings, sums, false);
  const statistic = 2 * (sums.separate - sums.merged);
  const p = statistic < Number.EPSILON ? 1 : sums.freedom === 0 ? 0 : chiSquaredSurvival(statistic, sums.freedom);
  return sums.conflict || p < Math.fround(settings.confidence) ? undefined : p;
}

function sameContext(a: Node, b: Node, symbols: number): boolean {
  if (symbols === 0) return true;
  if (!a.parent || !b.parent) return a === b;
  return a.prefix[a.prefix.length - 1] === b.prefix[b.prefix.length - 1] && sameContext(find(a.parent), find(b.parent), symbols - 1);
}

interface Sums {
  separate: number;
  merged: number;
  freedom: number;
  conflict: boolean;
}

/** False stops the test (not in `sicco`, where a conflict only stops the pair). */
function merge(left: Node, right: Node, depth: number, settings: LearnSettings, test: Sums | undefined, perform: boolean): boolean {
  if (test) {
    if (settings.kTail !== -1 && depth > settings.kTail) return true;
    if (settings.typeConsistent && [...left.endedByType.keys()].some((t) => [...right.endedByType.keys()].some((u) => u !== t))) {
      test.conflict = true;
      return settings.variant === 'sicco';
    }
    compare(left, right, settings, test);
  }
  if (perform) {
    right.mergedInto = left;
    if (settings.mergeData || settings.variant !== 'sicco') left.size += right.size;
    if (settings.mergeData) {
      left.passed += right.passed;
      left.ended += right.ended;
      for (const [a, count] of right.counts) increase(left.counts, a, count);
      for (const [t, count] of right.endedByType) increase(left.endedByType, t, count);
    }
  }
  for (const [a, child] of ascending(right.children)) {
    const own = left.children.get(a);
    if (!own) {
      if (perform) left.children.set(a, child);
      continue;
    }
    const x = find(own);
    const y = find(child);
    if (x !== y && !merge(x, y, depth + 1, settings, test, perform)) return false;
  }
  return true;
}

function compare(left: Node, right: Node, settings: LearnSettings, sums: Sums): void {
  const ends = settings.finalProbability;
  if (left.passed + (ends ? left.ended : 0) < settings.stateCount || right.passed + (ends ? right.ended : 0) < settings.stateCount) return;
  const pairs = ascending(left.counts).map(([a, l]) => [l, right.counts.get(a) ?? 0] as const);
  compareCounts(pairs, right.passed, ends ? [left.ended, right.ended] : [0, 0], settings, sums);
  if (settings.variant === 'sicco' && settings.typeDistribution) compareCounts(ascending(left.endedByType).map(([t, l]) => [l, right.endedByType.get(t) ?? 0]), right.ended, [0, 0], settings, sums);
}

function compareCounts(pairs: readonly (readonly [number, number])[], rightTotal: number, ends: readonly [number, number], settings: LearnSettings, sums: Sums): void {
  const rare = settings.symbolCount;
  const c = settings.correction;
  const all = ends[0] > 0 || ends[1] > 0 ? [...pairs, ends] : [...pairs];
  const sum = (list: readonly (readonly [number, number])[], side: 0 | 1): number => list.reduce((total, pair) => total + pair[side], 0);
  const frequent = all.filter(([l, r]) => l >= rare && r >= rare);
  const rareRight = all.filter(([, r]) => r < rare);
  const rareLeft = all.filter(([l]) => l < rare);
  const pool1 = [sum(rareRight, 0), sum(rareRight, 1)] as const;
  const pool2 = [sum(rareLeft, 0), sum(rareLeft, 1) + rightTotal - sum(pairs, 1)] as const;
  const counted = [...frequent, ...[pool1, pool2].filter(([l, r]) => l !== 0 || r !== 0)];
  const dividers = [sum(counted, 0) + c * counted.length, sum(counted, 1) + c * counted.length];
  const term = ([l, r]: readonly [number, number], needsBoth: boolean): void => {
    if (l === 0 && r === 0) return;
    if (l > 0 && r > 0) sums.freedom++;
    if (needsBoth ? Math.min(l, r) < rare : Math.max(l, r) < rare) return;
    sums.separate += (l + c) * Math.log((l + c) / dividers[0]) + (r + c) * Math.log((r + c) / dividers[1]);
    sums.merged += (l + r + 2 * c) * Math.log((l + r + 2 * c) / (dividers[0] + dividers[1]));
  };
  if (settings.variant === 'sicco') {
    for (const pair of [pool1, pool2, ...pairs]) term(pair, false);
    return;
  }
  if (dividers[0] < settings.stateCount || dividers[1] < settings.stateCount) return;
  for (const pair of all) term(pair, true);
  for (const pair of [pool1, pool2]) term(pair, false);
}
