import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { choose, type Choice, neighbours, sentence } from '../../webview/automaton/choice';
import { edgeBetween, type Graph, joined } from '../../webview/automaton/graph';
import { graph } from './graphs';

const all: Choice = { limit: 1000, rare: 0, expanded: [], collapsed: [], wanted: [] };
const chain = graph(6, [[0, 1, 10], [1, 2, 9], [2, 3, 8], [0, 4, 100], [4, 5, 50], [0, 0, 1]], { rootCauses: { 3: 1 }, score: { 3: 99 } });
const shown = (g: Graph, choice: Partial<Choice>): number[] => [...choose(g, { ...all, ...choice }).states];

describe('what of an automaton is shown', () => {
  it('is everything when there is room', () => assert.deepEqual(shown(chain, {}), [0, 1, 2, 3, 4, 5]));
  it('starts with root causes and the ways to them', () => assert.deepEqual(shown(chain, { limit: 4 }), [0, 1, 2, 3]));
  it('goes on with the most visited', () => assert.deepEqual(shown(chain, { limit: 5 }), [0, 1, 2, 3, 4]));
  it('leaves out a root cause whose way has no room, and says so', () => {
    const choice = { ...all, limit: 2 }, few = choose(chain, choice);
    assert.deepEqual([...few.states], [0, 4]);
    assert.equal(few.missed, 1);
    assert.match(sentence(chain, choice, few), /^2 of 6 states shown: .* 1 root cause is not shown\.$/);
  });
  it('has what was looked for, with its way', () => assert.deepEqual(shown(chain, { limit: 1, wanted: [5] }), [0, 4, 5]));
  it('has the neighbours of what is expanded', () => assert.deepEqual(shown(chain, { limit: 1, expanded: [0] }), [0, 1, 4]));
  it('lacks what is behind a collapsed state', () => {
    const choice = { ...all, collapsed: [1] }, left = choose(chain, choice);
    assert.deepEqual([...left.states], [0, 1, 4, 5]);
    assert.deepEqual([...left.behind], [[1, 2]]);
    assert.match(sentence(chain, choice, left), /2 states hidden behind 1 collapsed state\./);
  });
  it('counts a state behind nested collapsed states once', () => {
    const { states, behind } = choose(chain, { ...all, collapsed: [1, 2] });
    assert.deepEqual([...states], [0, 1, 4, 5]);
    assert.equal([...behind.values()].reduce((sum, n) => sum + n, 0), 2);
  });
  it('hides rare transitions but not the ways from the root', () => {
    const choice = { ...all, rare: 0.05 }, few = choose(chain, choice);
    assert.equal(few.rare, 1);
    assert.equal(few.edges.length, 5);
    assert.match(sentence(chain, choice, few), /All 6 states shown\. 1 of 6 transitions between them hidden: less than 5 % of what leaves their state\./);
  });
  it('has no states, one state', () => {
    assert.deepEqual(shown(graph(0, []), {}), []);
    assert.deepEqual(shown(graph(1, [[0, 0]]), { limit: 1 }), [0]);
  });

  const graphs = fc.integer({ min: 1, max: 25 }).chain((n) => fc.uniqueArray(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), fc.integer({ min: 1, max: 50 }), fc.nat(50)), { maxLength: 60, selector: ([a, b]) => a * n + b })
    .chain((edges) => fc.dictionary(fc.nat(n - 1).map(String), fc.constant(1), { maxKeys: 4 }).map((rootCauses) => graph(n, edges, { rootCauses }))));
  it('never hangs in the air, and keeps its limit', () => fc.assert(fc.property(graphs, fc.integer({ min: 1, max: 30 }), fc.double({ min: 0, max: 1, noNaN: true }), (g, limit, rare) => {
    const { states, edges } = choose(g, { ...all, limit, rare }), there = new Set(states);
    assert.ok(states.length <= Math.max(1, limit));
    for (const s of states) if (g.states.parent[s] >= 0) assert.ok(there.has(g.states.parent[s]) && [...edges].some((e) => g.edges.from[e] === g.states.parent[s] && g.edges.to[e] === s));
    for (const e of edges) assert.ok(there.has(g.edges.from[e]) && there.has(g.edges.to[e]));
  })));
  it('finds edges and neighbours as a search through all would', () => fc.assert(fc.property(graphs, (g) => {
    const { from, to } = g.edges;
    for (let a = 0; a < g.states.total; a++) {
      assert.deepEqual(new Set(neighbours(g, a)), new Set([...from.keys()].flatMap((e) => (from[e] === to[e] ? [] : from[e] === a ? [to[e]] : to[e] === a ? [from[e]] : []))));
      for (let b = 0; b < g.states.total; b++) assert.equal(edgeBetween(g, a, b), [...from.keys()].findIndex((e) => from[e] === a && to[e] === b));
    }
  })));
});

describe('ranges of columns', () => {
  it('are joined in order', () => {
    const part = (start: number, values: number[]) => ({ start, total: 4, baseline: Float64Array.from(values), kind: Uint8Array.from(values) });
    const whole = joined([part(0, [1, 2]), part(2, [3]), part(3, [4])]);
    assert.deepEqual([...whole.baseline], [1, 2, 3, 4]);
    assert.ok(whole.kind instanceof Uint8Array);
    assert.equal(whole.total, 4);
  });
});
