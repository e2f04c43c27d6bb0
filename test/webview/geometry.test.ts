import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { boundsOf, fit, pan, toScreen, toWorld, zoomAt } from '../../webview/automaton/camera';
import { edgeAt, hitGrid, nodeAt, towards } from '../../webview/automaton/hits';
import { backbone, elkGraph, elkLayout } from '../../webview/automaton/elkGraph';
import { fits, layoutKey, type LayoutInput, quickLayout } from '../../webview/automaton/layout';
import { Trail } from '../../webview/automaton/trail';

const size = { width: 800, height: 600 };
const number = fc.double({ min: -5000, max: 5000, noNaN: true });
const cameras = fc.record({ x: number, y: number, zoom: fc.double({ min: 0.01, max: 4, noNaN: true }) });
const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-3 * (1 + Math.abs(a)), `${a} is not ${b}`);

describe('camera', () => {
  it('goes to the screen and back', () => fc.assert(fc.property(cameras, number, number, (camera, x, y) => {
    const [wx, wy] = toWorld(camera, size, ...toScreen(camera, size, x, y));
    near(wx, x);
    near(wy, y);
  })));
  it('zooms around a point that stays', () => fc.assert(fc.property(cameras, fc.double({ min: 0.2, max: 5, noNaN: true }), fc.nat(800), fc.nat(600), (camera, factor, x, y) => {
    const before = toWorld(camera, size, x, y), after = toWorld(zoomAt(camera, size, factor, x, y), size, x, y);
    near(after[0], before[0]);
    near(after[1], before[1]);
  })));
  it('pans by pixels', () => assert.deepEqual(pan({ x: 10, y: 10, zoom: 2 }, 20, -40), { x: 0, y: 30, zoom: 2 }));
  it('fits everything into the view', () => {
    const nodes = Float32Array.of(0, 0, 4000, 1000), camera = fit(boundsOf(nodes), size);
    for (const [x, y] of [[0, 0], [4000, 1000]]) { const [sx, sy] = toScreen(camera, size, x, y); assert.ok(sx >= 0 && sx <= 800 && sy >= 0 && sy <= 600); }
  });
  it('fits nothing without trouble', () => assert.ok(Object.values(fit(boundsOf(new Float32Array()), size)).every(Number.isFinite)));
});

describe('hits', () => {
  it('finds the nearest node as a search through all would', () => fc.assert(fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 40 }), number, number, fc.double({ min: 0, max: 400, noNaN: true }), (points, x, y, slack) => {
    const nodes = Float32Array.from(points.flat()), radius = new Float32Array(points.length).fill(12);
    const away = points.map((_, n) => Math.hypot(nodes[2 * n] - x, nodes[2 * n + 1] - y) - 12), least = Math.min(...away);
    const found = nodeAt(hitGrid(nodes), nodes, radius, x, y, slack);
    if (least > slack) assert.equal(found, -1);
    else assert.equal(away[found], least);
  })));
  it('finds the edge below the pointer', () => {
    const layout = { nodes: new Float32Array(), edges: Float32Array.of(0, 0, 100, 0, 0, 50, 50, 80, 100, 50), edgeStart: Uint32Array.of(0, 2, 5) };
    for (const [x, y, edge] of [[50, 2, 0], [50, 78, 1], [50, 40, -1], [-3, 0, 0], [-30, 0, -1]]) assert.equal(edgeAt(layout, x, y, 5), edge, `${x} ${y}`);
  });
  it('walks where an arrow points', () => {
    const nodes = Float32Array.of(0, 0, 100, 10, 300, 0, 0, 80, -50, 5);
    assert.deepEqual((['right', 'left', 'down', 'up'] as const).map((direction) => towards(nodes, 0, [1, 2, 3, 4], direction)), [1, 4, 3, -1]);
  });
});

describe('layouts', () => {
  const inputs = fc.integer({ min: 0, max: 40 }).chain((n) => fc.record({
    radius: fc.array(fc.double({ min: 7, max: 22, noNaN: true }), { minLength: n, maxLength: n }).map((list) => Float32Array.from(list)), depth: fc.array(fc.integer({ min: -1, max: 6 }), { minLength: n, maxLength: n }).map((list) => Int32Array.from(list)),
    ends: n === 0 ? fc.constant([]) : fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), fc.nat(100)), { maxLength: 60 }),
  })).map(({ radius, depth, ends }): LayoutInput => ({ radius, depth, from: Uint32Array.from(ends, ([a]) => a), to: Uint32Array.from(ends, ([, b]) => b), weight: Float32Array.from(ends, ([, , w]) => w) }));

  it('place every state apart from every other', () => fc.assert(fc.property(inputs, (input) => {
    const layout = quickLayout(input), { nodes } = layout, { radius } = input;
    assert.ok(fits(layout, radius.length, input.to.length));
    for (let a = 0; a < radius.length; a++) for (let b = 0; b < a; b++) assert.ok(Math.hypot(nodes[2 * a] - nodes[2 * b], nodes[2 * a + 1] - nodes[2 * b + 1]) > radius[a] + radius[b], `${a} and ${b} overlap`);
  })));
  it('are the same for the same input', () => fc.assert(fc.property(inputs, (input) => assert.deepEqual(quickLayout(input), quickLayout(input)))));
  it('give ELK a backbone that leads on, with a way to every state that has one', () => fc.assert(fc.property(inputs, (input) => {
    const { from, to, depth } = input, chosen = backbone(input), reached = new Set(Array.from(chosen, (e) => to[e]));
    for (const e of chosen) assert.ok(depth[from[e]] >= 0 && depth[to[e]] > depth[from[e]]);
    for (let e = 0; e < to.length; e++) if (depth[from[e]] >= 0 && depth[to[e]] === depth[from[e]] + 1) assert.ok(reached.has(to[e]));
  })));
  it('take the places and routes of ELK', () => {
    const input: LayoutInput = { radius: Float32Array.of(10, 10), depth: Int32Array.of(0, 1), from: Uint32Array.of(0, 1, 1), to: Uint32Array.of(1, 1, 0), weight: Float32Array.of(1, 1, 1) }, { children, edges } = elkGraph(input);
    assert.equal(edges.length, 1);
    const layout = elkLayout({ children: children.map((child, i) => ({ ...child, x: 200 * i, y: 0 })), edges: [{ ...edges[0], sections: [{ startPoint: { x: 20, y: 10 }, endPoint: { x: 200, y: 10 } }] }] }, input);
    assert.deepEqual([...layout.nodes], [10, 10, 210, 10]);
    assert.deepEqual([...layout.edges.subarray(0, 4)], [20, 10, 200, 10]);
    assert.ok(fits(layout, 2, 3));
  });
  it('fold what is too tall', () => {
    const n = 200, input: LayoutInput = { radius: new Float32Array(n).fill(10), depth: Int32Array.from({ length: n }, (_, i) => Math.min(1, i)), from: new Uint32Array(n - 1), to: Uint32Array.from({ length: n - 1 }, (_, i) => i + 1), weight: new Float32Array(n - 1).fill(1) };
    const { children, edges } = elkGraph(input), { left, top, right, bottom } = boundsOf(elkLayout({ children: children.map((child, i) => ({ ...child, x: i === 0 ? 0 : 200, y: 50 * i })), edges }, input).nodes);
    assert.ok(bottom - top < 2 * (right - left), `${right - left} x ${bottom - top}`);
  });
  it('are named by what they show', () => {
    const key = (states: number[], edges: number[]): string => layoutKey('m', Uint32Array.from(states), Uint32Array.from(edges));
    assert.equal(key([1, 2], [3]), key([1, 2], [3]));
    assert.notEqual(key([1, 2], [3]), key([1, 3], [3]));
    assert.notEqual(key([1, 2], [3]), key([1, 2], [4]));
  });
});

describe('trail', () => {
  it('goes back and forward, and forgets the future at a new step', () => {
    const trail = new Trail<number>((a, b) => a === b);
    for (const to of [1, 2, 2, 3]) trail.go(to);
    assert.deepEqual([trail.back(), trail.back(), trail.back(), trail.forward()], [2, 1, undefined, 2]);
    trail.go(9);
    assert.equal(trail.canGoForward, false);
    assert.equal(trail.back(), 2);
  });
});
