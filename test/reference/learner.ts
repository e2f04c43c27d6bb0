import { mulberry32 } from '../../server/core/util/rng';
import { chiSquaredSurvival } from '../../server/core/util/statistics';
import type { MergeTestName } from '../../server/core/automata/mergeTests/registry';
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
  readonly passedByType: Map<number, number>;
  /** Of kullbackLeibler: count^2 / total in the prefix tree, of each symbol and of the end. */
  readonly weights: Map<number, number>;
  endWeight: number;
  /** The data of each symbol that went on from here, and of them those that are numbers. */
  readonly outputs: Map<number, Set<string>>;
  values: number[];
  readonly children: Map<number, Node>;
}

export interface SlowResult {
  readonly steps: string[];
  /** One text a state: its prefix, size, counts, and the prefixes of the states it leads to. */
  readonly states: string[];
}

/**
 * State merging as the specification words it (state machine, sections 2 to 6.8): one object a node, recursion, and a copy of everything
 * for every tried merge. Leaves out what `sicco` does to sizes of merges it takes back.
 */
export function slowLearn(traces: TraceSet, settings: LearnSettings): SlowResult {
  const all = insertAll(traces, settings);
  let root = all[0];
  const steps: string[] = [];
  const chance = mulberry32(settings.seed);
  for (;;) {
    const { reds, blues } = collect(root, settings);
    const core = blues.filter((blue) => !isSink(blue, settings));
    if (core.length === 0 && !settings.mergeSinks) break;
    if ((settings.maxStates > 0 && reds.length >= settings.maxStates) || (settings.variant !== 'sicco' && settings.minNodes > 0 && all.filter((node) => !node.mergedInto).length <= settings.minNodes)) break;
    const candidates = core.length > 0 ? core : blues;
    let best: { score: number; size: number; red: Node | undefined; blue: Node } | undefined;
    for (const blue of settings.largestBlue ? candidates.slice(0, 1) : candidates) {
      const sink = core.length === 0;
      const lefts = settings.blueBlue && !sink ? [...reds, ...core.filter((other) => other !== blue)] : reds;
      let accepted = false;
      for (const red of lefts) {
        let score = isLocal(red, blue, reds, settings) ? tried(all, red, blue, sink, settings) : undefined;
        if (score === undefined) continue;
        if (settings.random > 0) score -= score * settings.random * chance();
        if (settings.lowerBound !== undefined && score < settings.lowerBound) continue;
        accepted = true;
        if (!best || score > best.score || (score === best.score && blue.size > best.size)) best = { score, size: blue.size, red, blue };
      }
      const extension = { score: settings.extendScore, size: blue.size, red: undefined, blue };
      if (settings.extend && !accepted && !sink) {
        best = extension;
        break;
      }
      if (sink && accepted && !settings.extendSinks) continue;
      if (!best || best.score < extension.score || (best.score === extension.score && blue.size > best.size)) best = extension;
    }
    if (!best) break;
    const { red, blue, score } = best;
    if (red) {
      steps.push(`merge ${score.toPrecision(9)} ${red.prefix.join(' ')} < ${blue.prefix.join(' ')}`);
      red.red = true;
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
    return `${node.prefix.join(' ')} | ${node.size} | ${node.passed} ${node.ended} | ${text(new Map([...node.counts].filter(([, count]) => count > 0)), (a) => node.counts.get(a))} | ${text(targets, (a) => targets.get(a)!.prefix.join(' '))}`;
  });
  return { steps, states: states.sort() };
}

function newNode(number: number, prefix: readonly number[], parent: Node | undefined): Node {
  return { number, prefix, parent, size: 0, passed: 0, ended: 0, red: false, mergedInto: undefined, counts: new Map(), endedByType: new Map(), passedByType: new Map(), weights: new Map(), endWeight: 0, outputs: new Map(), values: [], children: new Map() };
}

function insertAll(traces: TraceSet, settings: LearnSettings): Node[] {
  const created: Node[] = [];
  const create = (prefix: readonly number[], parent: Node | undefined): Node => {
    created.push(newNode(created.length, prefix, parent));
    return created[created.length - 1];
  };
  const root = create([], undefined);
  root.red = true;
  for (let t = 0; t < traces.types.length; t++) {
    let node = root;
    for (let i = traces.offsets[t]; i < traces.offsets[t + 1]; i++) {
      const a = traces.symbols[i];
      node.size++;
      node.passed++;
      increase(node.passedByType, traces.types[t], 1);
      increase(node.counts, a, 1);
      const text = traces.data && traces.data.of[i] > 0 ? traces.data.texts[traces.data.of[i] - 1] : undefined;
      if (text !== undefined) node.outputs.set(a, new Set([...(node.outputs.get(a) ?? []), text]));
      if (text !== undefined && text !== '' && !Number.isNaN(Number(text))) node.values.push(Number(text));
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
  for (const node of created) setWeights(node, settings);
  return created;
}

function setWeights(node: Node, settings: LearnSettings): void {
  node.weights.clear();
  for (const [a, count] of node.counts) node.weights.set(a, count ** 2 / totalOf(node, settings));
  node.endWeight = node.ended === 0 ? 0 : node.ended ** 2 / totalOf(node, settings);
}

function totalOf(node: Node, settings: LearnSettings): number {
  return (node.passedByType.get(0) ?? 0) + (node.passedByType.get(1) ?? 0) + (settings.finalProbability ? node.ended : 0);
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
      else if (!reds.includes(target) && (settings.variant !== 'main' || child === target)) reds.push(target);
    }
  }
  const inOrder = (a: Node, b: Node): number => {
    const depth = settings.shallowFirst ? (a.prefix.length - b.prefix.length) * (settings.variant === 'main' ? -1 : 1) : 0;
    return depth || b.size - a.size || a.number - b.number;
  };
  return { reds: settings.variant === 'sicco' ? reds.sort(inOrder) : reds, blues: blues.filter((node) => node.size !== 0).sort(inOrder) };
}

function isSink(node: Node, settings: LearnSettings): boolean {
  if (!settings.sinks) return false;
  if (settings.mergeTest === 'sameTypes') return node.passed === 0 || typesOf(node).length === 1;
  return (settings.variant === 'sicco' && settings.typeSinks && typesOf(node).length === 1) || node.passed + node.ended < settings.sinkCount;
}

function typesOf(node: Node): number[] {
  return [...new Set([...node.passedByType.keys(), ...node.endedByType.keys()])].sort((a, b) => a - b);
}

function mayMerge(root: Node, red: Node, blue: Node, sink: boolean, settings: LearnSettings): boolean {
  if (red === root && !settings.mergeRoot) return false;
  if (isSink(red, settings) && !settings.mergeSinks) return false;
  if (sink) {
    if (!settings.mergeSinksWithCore && !isSink(red, settings)) return false;
    if (settings.sinkSiblings && !(red.parent && find(red.parent) === find(blue.parent!))) return false;
    if (settings.sinkIdentical && !(hasPaths(red, blue, Infinity) && hasPaths(blue, red, Infinity))) return false;
  }
  return sameContext(red, blue, settings.markovian) && hasPaths(red, blue, settings.kTailPaths);
}

/** End of section 4: what lies behind both nodes is added up by depth or by symbol, and the sums are tested as the pairs of a merge are. */
function sumsAgree(red: Node, blue: Node, by: 'depth' | 'symbol', settings: LearnSettings): boolean {
  const depth = (node: Node): number => Math.max(0, ...[...node.children.values()].map((child) => 1 + depth(find(child))));
  const deepest = depth(blue);
  const reached = (root: Node, key: number, level = 0, symbol = -1): Node[] => {
    const own = (by === 'depth' ? level : symbol) === key ? [root] : [];
    return level === deepest ? own : [...own, ...[...root.children].flatMap(([a, child]) => reached(find(child), key, level + 1, a))];
  };
  const sums = newSums();
  for (let key = 0; key <= (by === 'depth' ? deepest : 10) && !sums.conflict; key++) {
    const [left, right] = [red, blue].map((root) => {
      const sum = newNode(0, [], undefined);
      for (const node of new Set(reached(root, key))) {
        sum.size += node.passed + node.ended;
        addCounts(sum, { ...node, values: [], outputs: new Map() });
      }
      setWeights(sum, settings);
      return sum;
    });
    if (left.size + right.size > 0 && !allowed(left, right, settings, sums)) sums.conflict = true;
  }
  return !sums.conflict && verdict[plain(settings)](sums, Math.fround(settings.confidence)) !== undefined;
}

function tried(all: Node[], red: Node, blue: Node, sink: boolean, settings: LearnSettings): number | undefined {
  if (!mayMerge(all[0], red, blue, sink, settings)) return undefined;
  const sums = newSums();
  if (settings.testMerge) {
    const copy = structuredClone({ all, red, blue });
    merge(copy.red, copy.blue, 0, settings, sums, true);
    // What the reference takes back keeps the symbol, at count 0.
    if (settings.variant !== 'default') copy.all.forEach((node, i) => [...node.counts.keys()].filter((a) => !all[i].counts.has(a)).forEach((a) => all[i].counts.set(a, 0)));
  } else merge(red, blue, 0, settings, sums, false);
  const score = sums.conflict ? undefined : verdict[plain(settings)](sums, Math.fround(settings.confidence));
  const checks = [...(settings.depthCheck ? ['depth' as const] : []), ...(settings.symbolCheck ? ['symbol' as const] : [])];
  return score !== undefined && checks.every((by) => sumsAgree(red, blue, by, settings)) ? score : undefined;
}

/** Without attributes the merge test `attributes` is likelihood ratio. */
type PlainTest = Exclude<MergeTestName, 'attributes'>;

function plain({ mergeTest }: LearnSettings): PlainTest {
  return mergeTest === 'attributes' ? 'likelihoodRatio' : mergeTest;
}

/** The score of a merge whose pairs allow it, or undefined. */
const verdict: { [name in PlainTest]: (sums: Sums, confidence: number) => number | undefined } = {
  likelihoodRatio: (sums, confidence) => {
    const statistic = 2 * (sums.separate - sums.merged);
    const p = statistic < Number.EPSILON ? 1 : sums.freedom === 0 ? 0 : chiSquaredSurvival(statistic, sums.freedom);
    return p < confidence ? undefined : p;
  },
  akaike: (sums, confidence) => {
    const value = 2 * (sums.freedom - (sums.separate - sums.merged));
    return sums.freedom !== 0 && value > confidence ? value : undefined;
  },
  kullbackLeibler: (sums, confidence) => (sums.freedom !== 0 && sums.separate / sums.freedom <= confidence ? 100_000 - Math.trunc((100 * sums.separate) / sums.freedom) : undefined),
  alergia: (sums) => sums.slack,
  alergia94: () => 0,
  evidence: (sums) => sums.points,
  overlap: (sums) => sums.points,
  mealy: (sums) => sums.points,
  meanSquaredError: (sums) => Math.max(-1, sums.merged - sums.separate < 1e-9 ? 2 * sums.points : 2 * sums.points + sums.freedom * Math.log(sums.separate / sums.freedom) - sums.freedom * Math.log(sums.merged / sums.freedom)),
  sameTypes: (sums) => sums.points,
};

function hasPaths(red: Node, blue: Node, length: number): boolean {
  return length <= 0 || [...blue.children].every(([a, child]) => red.children.has(a) && hasPaths(find(red.children.get(a)!), find(child), length - 1));
}

function isLocal(red: Node, blue: Node, reds: readonly Node[], settings: LearnSettings): boolean {
  const distance = (a: Node, b: Node): number => (a === b ? 0 : 1 + (a.prefix.length > b.prefix.length ? distance(find(a.parent!), b) : distance(a, find(b.parent!))));
  const sources = reds.filter((source) => [...source.children.values()].some((child) => find(child) === red)).length;
  return settings.mergeLocal <= 0 || distance(red, blue) <= settings.mergeLocal || (settings.mergeLocalSources >= 0 && sources >= settings.mergeLocalSources);
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
  slack: number;
  points: number;
  conflict: boolean;
}

function newSums(): Sums {
  return { separate: 0, merged: 0, freedom: 0, slack: 0, points: 0, conflict: false };
}

/** False stops the test (not in `sicco`, where a conflict only stops the pair). */
function merge(left: Node, right: Node, depth: number, settings: LearnSettings, test: Sums | undefined, perform: boolean): boolean {
  if (test) {
    if (settings.kTail !== -1 && depth > settings.kTail) return true;
    if (settings.kState > 0 && (left.size < settings.kState || right.size < settings.kState)) return true;
    const fixed = settings.allFixed || (settings.statesFixed && left.red);
    if ((fixed && [...right.children.keys()].some((a) => !left.children.has(a))) || !allowed(left, right, settings, test)) {
      test.conflict = true;
      return settings.variant === 'sicco';
    }
  }
  if (perform) {
    right.mergedInto = left;
    if (settings.mergeData || settings.variant !== 'sicco') left.size += right.size;
    if (settings.mergeData) {
      addCounts(left, right);
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

function addCounts(left: Node, right: Node): void {
  left.passed += right.passed;
  left.ended += right.ended;
  for (const [a, count] of right.counts) increase(left.counts, a, count);
  for (const [t, count] of right.endedByType) increase(left.endedByType, t, count);
  for (const [t, count] of right.passedByType) increase(left.passedByType, t, count);
  for (const [a, weight] of right.weights) increase(left.weights, a, weight);
  left.endWeight += right.endWeight;
  for (const [a, texts] of right.outputs) left.outputs.set(a, new Set([...(left.outputs.get(a) ?? []), ...texts]));
  left.values = [...left.values, ...right.values];
}

/** Section 6.0, and the pair itself. */
function allowed(left: Node, right: Node, settings: LearnSettings, sums: Sums): boolean {
  const typed = settings.typeConsistent && settings.mergeTest !== 'alergia' && settings.mergeTest !== 'sameTypes';
  if (typed && [...left.endedByType.keys()].some((t) => [...right.endedByType.keys()].some((u) => u !== t))) return false;
  return compare[plain(settings)](left, right, settings, sums);
}

function tooFew(left: Node, right: Node, settings: LearnSettings): boolean {
  return [left, right].some((node) => node.passed + (settings.finalProbability ? node.ended : 0) < settings.stateCount);
}

/** Adds a pair to the sums; false when it forbids the merge. */
const compare: { [name in PlainTest]: (left: Node, right: Node, settings: LearnSettings, sums: Sums) => boolean } = {
  likelihoodRatio: likelihood, akaike: likelihood,
  alergia: (left, right, settings, sums) => {
    if (tooFew(left, right, settings)) return true;
    const counts = pooled(countPairs(left, right), right.passed, endsOf(left, right, settings), settings);
    if (!withinBounds([...counts.pools, ...counts.pairs], counts.dividers, settings.correction, settings, sums)) return false;
    if (!settings.typeDistribution || settings.variant === 'sicco') return true;
    return (['passed', 'ended'] as const).every((of) => {
      const byType = `${of}ByType` as const;
      const types = pooled(ascending(left[byType]).map(([t, l]) => [l, right[byType].get(t) ?? 0]), right[of], [0, 0], settings);
      return withinBounds([...types.pools, ...types.pairs], types.dividers, settings.correction, settings, sums);
    });
  },
  alergia94: (left, right, settings, sums) => {
    const ends = endsOf(left, right, settings);
    const totals: Pair = [left.passed + ends[0], right.passed + ends[1]];
    const symbols = [...new Set([...left.counts.keys(), ...right.counts.keys()])];
    return tooFew(left, right, settings) || withinBounds([...symbols.map((a): Pair => [left.counts.get(a) ?? 0, right.counts.get(a) ?? 0]), ends], totals, 0, settings, sums);
  },
  kullbackLeibler: (left, right, settings, sums) => {
    const totals: Pair = [totalOf(left, settings), totalOf(right, settings)];
    if (Math.min(...totals) < Math.max(1, settings.stateCount)) return true;
    const term = (pair: Pair, weights: Pair): void => {
      for (const side of [0, 1] as const) if (pair[side] > 0) sums.separate += weights[side] * (Math.log(pair[side] / totals[side]) - Math.log((pair[0] + pair[1]) / (totals[0] + totals[1])));
      if (pair[0] > 0 && pair[1] > 0) sums.freedom++;
    };
    for (const [a, l] of left.counts) term([l, right.counts.get(a) ?? 0], [left.weights.get(a) ?? 0, right.weights.get(a) ?? 0]);
    if (settings.finalProbability) term([left.ended, right.ended], [left.endWeight, right.endWeight]);
    return true;
  },
  evidence: (left, right, _, sums) => {
    sums.points += [0, 1].filter((t) => left.endedByType.has(t) && right.endedByType.has(t)).length;
    return true;
  },
  overlap: (left, right, settings, sums) => {
    const symbols = (node: Node, least: number): number[] => [...node.counts].filter(([, count]) => count > 0 && count >= least).map(([a]) => a);
    const lacks = (x: Node, y: Node): boolean => (x.passedByType.get(1) ?? 0) >= settings.stateCount && symbols(y, settings.symbolCount).some((a) => !symbols(x, 1).includes(a));
    if (lacks(left, right) || lacks(right, left)) return false;
    for (const a of symbols(left, 1)) sums.points += symbols(right, 1).includes(a) ? 1 : -1;
    return true;
  },
  mealy: (left, right, _, sums) => {
    for (const [a, l] of left.counts) {
      if (l === 0 || (right.counts.get(a) ?? 0) === 0) continue;
      const [x, y] = [left, right].map((node) => [...(node.outputs.get(a) ?? [])].sort().join());
      if (left.outputs.has(a) && right.outputs.has(a) && x !== y) return false;
      sums.points++;
    }
    return true;
  },
  meanSquaredError: (left, right, settings, sums) => {
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const error = (values: readonly number[]): number => values.reduce((a, b) => a + (b - mean(values)) ** 2, 0);
    const least = Math.max(1, settings.symbolCount);
    if (left.values.length >= least && right.values.length >= least && Math.abs(mean(left.values) - mean(right.values)) > Math.fround(settings.confidence)) return false;
    sums.points++;
    sums.freedom += left.values.length + right.values.length;
    sums.separate += error(left.values) + error(right.values);
    sums.merged += error([...left.values, ...right.values]);
    return true;
  },
  sameTypes: (left, right, _, sums) => {
    sums.points++;
    return typesOf(left).join() === typesOf(right).join();
  },
};

type Pair = readonly [number, number];

function countPairs(left: Node, right: Node): Pair[] {
  return ascending(left.counts).filter(([, l]) => l > 0).map(([a, l]) => [l, right.counts.get(a) ?? 0]);
}

function endsOf(left: Node, right: Node, settings: LearnSettings): Pair {
  return settings.finalProbability ? [left.ended, right.ended] : [0, 0];
}

function withinBounds(pairs: readonly Pair[], dividers: Pair, correction: number, settings: LearnSettings, sums: Sums): boolean {
  return pairs.every(([l, r]) => {
    if ((l === 0 && r === 0) || dividers[0] === 0 || dividers[1] === 0) return true;
    const bound = (1 / Math.sqrt(dividers[0]) + 1 / Math.sqrt(dividers[1])) * Math.sqrt(0.5 * Math.log(2 / Math.fround(settings.confidence)));
    const gap = Math.abs((l + correction) / dividers[0] - (r + correction) / dividers[1]);
    sums.slack += bound - gap;
    return gap <= bound;
  });
}

function likelihood(left: Node, right: Node, settings: LearnSettings, sums: Sums): boolean {
  if (tooFew(left, right, settings)) return true;
  const residue = settings.variant === 'main' ? [...left.counts].filter(([, l]) => l === 0).map(([a]): Pair => [0, right.counts.get(a) ?? 0]) : [];
  compareLikelihood(countPairs(left, right), right.passed, endsOf(left, right, settings), residue, settings, sums);
  if (settings.variant === 'sicco' && settings.typeDistribution) compareLikelihood(ascending(left.endedByType).map(([t, l]) => [l, right.endedByType.get(t) ?? 0]), right.ended, [0, 0], [], settings, sums);
  return true;
}

/** Section 6.1: what is compared (symbols, and the ends unless both are 0), the two pools, and the dividers of both sides. */
function pooled(pairs: readonly Pair[], rightTotal: number, ends: Pair, settings: LearnSettings): { all: Pair[]; pairs: readonly Pair[]; pools: [Pair, Pair]; dividers: Pair } {
  const rare = settings.symbolCount;
  const c = settings.correction;
  const all = ends[0] > 0 || ends[1] > 0 ? [...pairs, ends] : [...pairs];
  const sum = (list: readonly Pair[], side: 0 | 1): number => list.reduce((total, pair) => total + pair[side], 0);
  const rareRight = all.filter(([, r]) => r < rare);
  const rareLeft = all.filter(([l]) => l < rare);
  const pools: [Pair, Pair] = [[sum(rareRight, 0), sum(rareRight, 1)], [sum(rareLeft, 0), sum(rareLeft, 1) + rightTotal - sum(pairs, 1)]];
  const counted = [...all.filter(([l, r]) => l >= rare && r >= rare), ...pools.filter(([l, r]) => l !== 0 || r !== 0)];
  return { all, pairs, pools, dividers: [sum(counted, 0) + c * counted.length, sum(counted, 1) + c * counted.length] };
}

function compareLikelihood(pairs: readonly Pair[], rightTotal: number, ends: Pair, residue: readonly Pair[], settings: LearnSettings, sums: Sums): void {
  const { all, pools, dividers } = pooled(pairs, rightTotal, ends, settings);
  const rare = settings.symbolCount;
  const c = settings.correction;
  const xLogX = (x: number, total: number): number => (x === 0 ? 0 : x * Math.log(x / total));
  const term = ([l, r]: Pair, needsBoth: boolean): void => {
    if (l === 0 && r === 0) return;
    if (l > 0 && r > 0) sums.freedom++;
    if (needsBoth ? Math.min(l, r) < rare : Math.max(l, r) < rare) return;
    sums.separate += xLogX(l + c, dividers[0]) + xLogX(r + c, dividers[1]);
    sums.merged += xLogX(l + r + 2 * c, dividers[0] + dividers[1]);
  };
  if (settings.variant === 'sicco') {
    for (const pair of [...pools, ...pairs]) term(pair, false);
    return;
  }
  if (dividers[0] < settings.stateCount || dividers[1] < settings.stateCount) return;
  for (const pair of all) term(pair, true);
  for (const pair of pools) term(pair, false);
  for (const pair of residue) term(pair, true);
}
