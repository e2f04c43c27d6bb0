import { strict as assert } from 'node:assert';
import { choose } from '../../webview/automaton/choice';
import { toDot, toJson, toSvg } from '../../webview/automaton/exports';
import { quickLayout } from '../../webview/automaton/layout';
import type { Style } from '../../webview/automaton/painter';
import { atFirst, isSaved } from '../../webview/automaton/saved';
import { overlayScale, radiusOf, widthClass } from '../../webview/automaton/scales';
import { layoutInput, type Scene, sceneOf } from '../../webview/automaton/scene';
import { sortedStates } from '../../webview/automaton/tableRows';
import { rarePosition, rareShare, RARE_STEPS } from '../../webview/automaton/toolbar';
import { placeLabels } from '../../webview/automaton/labels';
import { graph } from './graphs';

const automaton = graph(4, [[0, 1, 5, 1], [1, 2, 3, 9], [2, 2, 1, 1], [1, 3, 1, 0]], { rootCauses: { 2: 1 }, score: { 2: 97, 1: 20 } });
const style: Style = { background: 'rgb(0, 0, 0)', edge: 'rgb(1, 1, 1)', outline: 'white', ring: 'rgb(255, 0, 0)', text: 'white', highlight: 'blue', selection: 'blue', font: 'sans', highContrast: false };
const names = ['start', 'tcp <80> & "x"\\', 'udp\u0001', 'icmp'], label = (state: number): string => names[state];
function scene(limit = 10): Scene {
  const shown = choose(automaton, { limit, rare: 0, expanded: [], collapsed: [], wanted: [] }), input = layoutInput(automaton, shown);
  return sceneOf(automaton, shown, input, quickLayout(input), overlayScale('capture', automaton.states), 'dark');
}

describe('exports of what is shown', () => {
  it('SVG has every state and edge, and nothing of a log becomes markup', () => {
    const svg = toSvg(scene(), style, label, 'A <model>', 'all & everything');
    assert.equal(svg.match(/<path d="M[^Z"]*" stroke-width/g)?.length, 4);
    assert.equal(svg.match(/<text /g)?.length, 5);
    assert.ok(svg.includes('tcp &lt;80&gt; &amp; &quot;x&quot;\\') && !svg.includes('<80>') && !svg.includes('\u0001'));
    assert.ok(svg.includes('A &lt;model&gt;') && svg.includes('stroke="rgb(255, 0, 0)"'));
  });
  it('DOT has quotes escaped', () => {
    const dot = toDot(scene(), label, 'two\nlines');
    assert.ok(dot.startsWith('// two lines\ndigraph'));
    assert.ok(dot.includes('1 [label="1 tcp <80> & \\"x\\"\\\\\\nbaseline 5, capture 1"]'), dot);
    assert.ok(dot.includes('peripheries=2') && dot.includes('0 -> 1 [label="5 / 1"'));
  });
  it('JSON has the numbers of what is shown alone', () => {
    const { states, transitions } = JSON.parse(toJson(scene(3), label, 'm', 'some')) as { states: { state: number; capture: number }[]; transitions: { from: number; to: number; capture: number }[] };
    assert.deepEqual(states.map(({ state, capture }) => [state, capture]), [[0, 0], [1, 1], [2, 10]]);
    assert.deepEqual(transitions.map(({ from, to, capture }) => [from, to, capture]), [[0, 1, 1], [1, 2, 9], [2, 2, 1]]);
  });
});

describe('the table of states', () => {
  const states = automaton.states, sort = (column: Parameters<typeof sortedStates>[2]['column'], descending: boolean, filter = '', only?: Uint32Array): number[] => [...sortedStates(states, label, { column, descending }, filter, only)];
  it('sorts by any column', () => {
    assert.deepEqual(sort('state', true), [3, 2, 1, 0]);
    assert.deepEqual(sort('rootCauses', true), [2, 1, 0, 3]);
    assert.deepEqual(sort('label', false), [3, 0, 1, 2]);
    assert.deepEqual(sort('baseline', false), [0, 3, 2, 1]);
  });
  it('filters by number and by words', () => {
    assert.deepEqual(sort('state', false, '3'), [3]);
    assert.deepEqual(sort('state', false, 'TCP x'), [1]);
    assert.deepEqual(sort('state', false, '', Uint32Array.of(0, 2, 99)), [0, 2]);
  });
});

describe('scales', () => {
  it('grow with visits and stay in bounds', () => {
    assert.ok(radiusOf(0, 100) < radiusOf(10, 100) && radiusOf(10, 100) < radiusOf(100, 100) && radiusOf(100, 100) <= 22);
    assert.deepEqual([0, 1, 1000].map((rows) => widthClass(rows, 1000)), [0, 0, 4]);
  });
  it('say a difference in words', () => {
    const states = { ...automaton.states, difference: Float32Array.of(0, 3, -1, 10) }, { position, text } = overlayScale('difference', states);
    assert.deepEqual([0, 1, 2].map(text), ['as often as in the baseline', '8 times more often than in the baseline', '2 times less often than in the baseline']);
    assert.ok(position(1) > 0 && position(2) < 0 && position(0) === 0);
  });
  it('of the slider come back', () => { for (let i = 0; i <= RARE_STEPS; i++) assert.equal(rarePosition(rareShare(i)), i); });
});

describe('labels', () => {
  it('never cover each other, root causes first', () => {
    const placed = placeLabels(scene(), { x: 0, y: 0, zoom: 0.05 }, { width: 400, height: 300 }, [], label, (text) => 6 * text.length);
    assert.equal(placed[0].text.startsWith('2 '), true);
    for (const a of placed) for (const b of placed) if (a !== b) assert.ok(Math.abs(a.y - b.y) >= 15 || Math.abs(a.x - b.x) >= 3 * (a.text.length + b.text.length));
  });
});

describe('what the page saves', () => {
  it('is taken back when it is whole', () => {
    assert.ok(isSaved(atFirst) && isSaved(JSON.parse(JSON.stringify({ ...atFirst, selected: 3, camera: { x: 1, y: 2, zoom: 1 } }))));
    for (const damaged of [null, 7, {}, { ...atFirst, overlay: 'red' }, { ...atFirst, choice: { ...atFirst.choice, expanded: ['x'] } }, { ...atFirst, tab: 'none' }, { ...atFirst, camera: { x: 1 } }]) assert.equal(isSaved(damaged), false, JSON.stringify(damaged));
  });
});
