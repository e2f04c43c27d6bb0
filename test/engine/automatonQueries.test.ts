import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Detector } from '../../server/core/detectors/detector';
import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import { commonScore } from '../../server/core/detectors/scoring/calibration';
import { Automaton } from '../../server/core/automata/automaton';
import { type AutomatonView, ownCounts } from '../../server/core/detectors/automatonView';
import { OutdatedError, SessionError } from '../../server/engine/api';
import type { AutomatonQueries } from '../../server/engine/automaton/api';
import { visitDifference } from '../../server/engine/automaton/counts';
import { automatonQueries } from '../../server/engine/automatonQueries';
import type { ScoredCapture } from '../../server/engine/scoredCapture';
import { nodeFiles } from '../../server/node/files';
import type { AutomatonSummary } from '../../server/protocol/automaton';
import type { RowSelection } from '../../server/protocol/selection';
import { type Flow, someFlow, tableOf } from '../support/flows';
import { learnFrom, type LearnedModel } from '../support/models';
import { scoredFlows } from './scoredFlows';

const all = { revision: 1, start: 0, count: 1e6 };
const detector = stateFrequency as unknown as Detector;
const flows = (minLength: number, maxLength: number): fc.Arbitrary<Flow[]> => fc.array(someFlow, { minLength, maxLength });
const selections = fc.constantFrom<RowSelection | undefined>(undefined, { time: [100, 300] }, { time: [600, 700] });

function queriesOf(model: LearnedModel, capture?: ScoredCapture): AutomatonQueries {
  return automatonQueries(async () => ({ revision: 1, detector, model, ...(capture ? { capture } : {}) }), { files: nodeFiles, pause: async () => undefined });
}

/** A row and where it stands, recounted the slow way; rows that are not scored are left out. */
interface Placed { readonly row: number; readonly before: number; readonly state: number; readonly symbol: number; readonly entity: string; readonly time: number; readonly raw: number; readonly flagged: boolean }

function placedRows({ rows, scores, entities, findings }: ScoredCapture, model: LearnedModel, selection?: RowSelection): Placed[] {
  const flagged = new Set(findings.rows);
  return Array.from(rows.symbol, (symbol, row): Placed => ({
    row, symbol, entity: entities.name(rows.entity[row]), time: rows.time[row], raw: scores.raw[row], flagged: flagged.has(row), before: beforeOf(model, rows, row), state: scores.state[row],
  })).filter(({ raw, time }) => raw > -Infinity && (!selection?.time || (time >= selection.time[0] && time <= selection.time[1])));
}

/** The state that the rows of the entity before a row lead to, from the root. */
function beforeOf(model: LearnedModel, rows: ScoredCapture['rows'], row: number): number {
  assert.ok(model.kind === 'default');
  const own = Array.from(rows.symbol, (_, i) => i).filter((i) => rows.entity[i] === rows.entity[row]).sort((a, b) => rows.time[a] - rows.time[b] || a - b);
  const at = own.indexOf(row);
  let state = 0;
  for (const i of own.slice(Math.max(0, at - model.settings.windowLength + 1), at)) {
    const symbol = model.automatonSymbols.indexOf(rows.symbol[i]);
    state = symbol < 0 ? 0 : Math.max(0, model.automaton.step(state, symbol));
  }
  return state;
}

/** Edges as `from to` with the transitions of each. */
function edgesOf({ stateCount, arrays: a }: Automaton): Map<string, { symbol: number; entry: number }[]> {
  const edges = new Map<string, { symbol: number; entry: number }[]>();
  for (let q = 0; q < stateCount; q++) {
    for (let e = a.entryStart[q]; e < a.entryStart[q + 1]; e++) if (a.entryTarget[e] >= 0) edges.set(`${q} ${a.entryTarget[e]}`, [...(edges.get(`${q} ${a.entryTarget[e]}`) ?? []), { symbol: a.entrySymbol[e], entry: e }]);
  }
  return edges;
}

describe('queries about the automaton', function () {
  this.timeout(30_000);
  const recipes = fc.record({ baseline: flows(20, 60), others: flows(0, 60), change: fc.record({ windowLength: fc.constantFrom(2, 5, 10), sinkCount: fc.constantFrom(1, 25), entity: fc.constantFrom('pair' as const, 'source' as const) }), acceptance: fc.constantFrom(0.5, 0.05) });
  type Recipe = typeof recipes extends fc.Arbitrary<infer R> ? R : never;
  const made = ({ baseline, others, change, acceptance }: Recipe): { model: LearnedModel; capture: ScoredCapture } => {
    const model = learnFrom(tableOf(baseline), change);
    return { model, capture: scoredFlows(model, others, acceptance) };
  };
  const automatonOf = (model: LearnedModel): Automaton => (model.kind === 'default' ? model.automaton : model.sequent.automaton);

  it('count what a slow recount counts: states', async () => {
    await fc.assert(fc.asyncProperty(recipes, selections, async (recipe, selection) => {
      const { model, capture } = made(recipe);
      const queries = queriesOf(model, capture), automaton = automatonOf(model), rows = placedRows(capture, model, selection);
      const columns = await queries.states({ ...all, ...(selection ? { selection } : {}) });
      assert.equal(columns.total, automaton.stateCount);
      for (let q = 0; q < automaton.stateCount; q++) {
        const own = rows.filter((r) => r.state === q);
        assert.equal(columns.capture[q], own.length);
        assert.equal(columns.flagged[q], own.filter((r) => r.flagged).length);
        assert.equal(columns.score[q], Math.fround(own.length === 0 ? 0 : commonScore(model.calibration, Math.max(...own.map((r) => r.raw)))));
        assert.equal(columns.difference[q], Math.fround(visitDifference(own.length, rows.length, columns.baseline[q], model.baselineRows)));
        assert.equal(columns.rootCauses[q], capture.findings.groups.filter((g) => g.state === q).length);
        assert.equal(columns.kind[q] & 2, q === 0 ? 2 : 0);
        if (columns.parent[q] >= 0) assert.equal(columns.depth[q], columns.depth[columns.parent[q]] + 1);
      }
      assert.equal(columns.baseline.reduce((a, b) => a + b, 0), model.baselineRows);
      const part = await queries.states({ revision: 1, start: 1, count: 2, ...(selection ? { selection } : {}) });
      assert.deepEqual([part.start, [...part.capture], [...part.depth]], [Math.min(1, automaton.stateCount), [...columns.capture.slice(1, 3)], [...columns.depth.slice(1, 3)]]);
    }), { numRuns: 40 });
  });

  it('count what a slow recount counts: edges and their symbols', async () => {
    await fc.assert(fc.asyncProperty(recipes, selections, async (recipe, selection) => {
      const { model, capture } = made(recipe);
      const queries = queriesOf(model, capture), automaton = automatonOf(model), expected = edgesOf(automaton);
      const columns = await queries.edges({ ...all, ...(selection ? { selection } : {}) });
      assert.deepEqual(Array.from(columns.from, (from, i) => `${from} ${columns.to[i]}`), [...expected.keys()].sort((a, b) => { const [p, q] = a.split(' ').map(Number), [r, s] = b.split(' ').map(Number); return p - r || q - s; }));
      const view = stateFrequency.automaton!(model);
      const rowsOn = (edge: readonly { symbol: number }[], from: number, rows: readonly Placed[]): number => rows.filter((r) => r.before === from && edge.some(({ symbol }) => view.symbols[symbol] === r.symbol)).length;
      for (let i = 0; i < columns.total; i++) {
        const [from, to] = [columns.from[i], columns.to[i]], edge = expected.get(`${from} ${to}`)!;
        assert.equal(columns.symbols[i], edge.length);
        assert.equal(columns.capture[i], rowsOn(edge, from, placedRows(capture, model, selection)), `${from} ${to}`);
        assert.equal(columns.baseline[i], edge.reduce((n, { entry }) => n + view.baseline.entries[entry], 0));
        const symbols = await queries.edgeSymbols({ ...all, from, to });
        const every = placedRows(capture, model);
        assert.deepEqual(new Map(symbols.items.map((s) => [s.words, [s.baseline, s.capture]])), new Map(edge.map((one) => [stateFrequency.words(model, view.symbols[one.symbol]), [view.baseline.entries[one.entry], rowsOn([one], from, every)]])));
        assert.ok(symbols.items.every((s, k) => k === 0 || s.baseline + s.capture <= symbols.items[k - 1].baseline + symbols.items[k - 1].capture));
        if (edge.length > 1) assert.deepEqual(await queries.edgeSymbols({ revision: 1, start: 1, count: 1, from, to }), { total: edge.length, items: symbols.items.slice(1, 2) });
      }
    }), { numRuns: 25 });
  });

  it('a state tells its rows, symbols, entities and neighbours', async () => {
    await fc.assert(fc.asyncProperty(recipes, selections, async (recipe, selection) => {
      const { model, capture } = made(recipe);
      const queries = queriesOf(model, capture), automaton = automatonOf(model), rows = placedRows(capture, model, selection), edges = edgesOf(automaton);
      for (let state = 0; state < automaton.stateCount; state++) {
        const detail = await queries.state({ revision: 1, state, ...(selection ? { selection } : {}) }), own = rows.filter((r) => r.state === state);
        const shares = (list: readonly Placed[]): Map<string, number> => new Map([...new Set(list.map((r) => r.symbol))].map((s) => [stateFrequency.words(model, s), list.filter((r) => r.symbol === s).length / list.length]));
        const seen = (list: readonly { words: string; capture: number }[]): Map<string, number> => new Map(list.filter((s) => s.capture > 0).map((s) => [s.words, s.capture]));
        if (detail.arrivingTotal <= 8) assert.deepEqual(seen(detail.arriving), new Map([...shares(own)].sort((a, b) => detail.arriving.findIndex((s) => s.words === a[0]) - detail.arriving.findIndex((s) => s.words === b[0]))));
        if (detail.leavingTotal <= 8) assert.deepEqual([...seen(detail.leaving)].sort(), [...shares(rows.filter((r) => r.before === state))].sort());
        assert.deepEqual([detail.capture, detail.flagged, detail.entityTotal], [own.length, own.filter((r) => r.flagged).length, new Set(own.map((r) => r.entity)).size]);
        for (const { name, rows: n, flagged } of detail.entities) assert.deepEqual([n, flagged], [own.filter((r) => r.entity === name).length, own.filter((r) => r.entity === name && r.flagged).length]);
        assert.ok(detail.entities.every((e, i) => i === 0 || e.rows <= detail.entities[i - 1].rows) && detail.entities.length === Math.min(8, detail.entityTotal));
        assert.deepEqual([detail.incomingTotal, detail.outgoingTotal], [[...edges.keys()].filter((k) => k.endsWith(` ${state}`)).length, [...edges.keys()].filter((k) => k.startsWith(`${state} `)).length]);
        assert.ok(Math.abs(detail.expected - (detail.baseline / model.baselineRows) * rows.length) < 1e-9);
        assert.ok(detail.label !== '' && detail.fields.every((f) => f.name !== '' && (f.text !== '' || own.length === 0)));
        // The way from the root is one that the automaton goes.
        assert.equal(detail.access.length, Math.max(0, (await queries.states(all)).depth[state]));
        assert.equal((await queries.labels(1, [state]))[0], detail.label);
      }
    }), { numRuns: 25 });
  });

  it('pages through the rows of a state, by time and by score', async () => {
    await fc.assert(fc.asyncProperty(recipes, selections, fc.boolean(), fc.nat(5), fc.nat(9), async (recipe, selection, flaggedOnly, start, count) => {
      const { model, capture } = made(recipe);
      const queries = queriesOf(model, capture), rows = placedRows(capture, model, selection);
      for (let state = 0; state < automatonOf(model).stateCount; state++) {
        const own = rows.filter((r) => r.state === state && (!flaggedOnly || r.flagged));
        for (const order of ['time', 'score'] as const) {
          const sorted = [...own].sort((a, b) => (order === 'time' ? a.time - b.time : b.raw - a.raw) || a.row - b.row).slice(start, start + count);
          const page = await queries.rows({ revision: 1, state, order, flaggedOnly, start, count, ...(selection ? { selection } : {}) });
          assert.deepEqual([page.total, page.items.map((r) => [r.row, r.entity, r.time, r.band !== undefined])], [own.length, sorted.map((r) => [r.row, r.entity, r.time, r.flagged])]);
          for (const { row, place, path } of page.items) {
            const log = capture.logs[row < capture.logs[1].firstRow ? 0 : 1];
            assert.deepEqual([path, place.line, place.endCharacter], [log.file.relative, row - log.firstRow, 99]);
          }
        }
      }
    }), { numRuns: 40 });
  });

  it('a line knows its state, and a trace is replayed step by step', async () => {
    await fc.assert(fc.asyncProperty(recipes, fc.nat(4), async (recipe, count) => {
      const { model, capture } = made(recipe);
      const queries = queriesOf(model, capture), rows = placedRows(capture, model), { arrays } = automatonOf(model), view = stateFrequency.automaton!(model);
      for (const { row, before, state, entity, symbol } of rows) {
        const log = capture.logs[row < capture.logs[1].firstRow ? 0 : 1];
        const at = await queries.at(log.file.path, row - log.firstRow);
        assert.deepEqual([at?.row, at?.before, at?.state, at?.words], [row, before, state, stateFrequency.words(model, symbol)]);
        const trace = rows.filter((r) => r.entity === entity).sort((a, b) => a.time - b.time || a.row - b.row);
        const whole = await queries.replay({ ...all, row });
        assert.deepEqual([whole.entity, whole.at, whole.total, whole.items.map((s) => [s.row, s.before, s.state])], [entity, trace.findIndex((r) => r.row === row), trace.length, trace.map((r) => [r.row, r.before, r.state])]);
        for (const step of whole.items) {
          assert.ok(Math.abs(step.parts.reduce((n, p) => n + p.value, 0) - step.raw) < 1e-4 * Math.max(1, step.raw));
          const entries = Array.from({ length: arrays.entryStart[step.before + 1] - arrays.entryStart[step.before] }, (_, i) => arrays.entryStart[step.before] + i), total = entries.reduce((n, e) => n + arrays.entryCount[e], 0);
          const taken = entries.find((e) => view.symbols[arrays.entrySymbol[e]] === capture.rows.symbol[step.row]);
          assert.equal(step.probability, total === 0 ? undefined : taken === undefined ? 0 : arrays.entryCount[taken] / total);
        }
        const centred = await queries.replay({ revision: 1, start: -1, count: count + 1, row });
        assert.deepEqual([centred.items.length, centred.items.some((s) => s.row === row)], [Math.min(count + 1, trace.length), true]);
        assert.deepEqual(centred.items, whole.items.slice(centred.start, centred.start + count + 1));
      }
      assert.equal(await queries.at('/r/a.log', 1e6), undefined);
      assert.equal(await queries.at('/r/none.log', 0), undefined);
      assert.equal((await queries.replay({ ...all, row: 1e6 })).total, 0);
    }), { numRuns: 25 });
  });

  it('states are found by number, symbol and host', async () => {
    await fc.assert(fc.asyncProperty(recipes, async (recipe) => {
      const { model, capture } = made(recipe);
      const queries = queriesOf(model, capture), automaton = automatonOf(model), view = stateFrequency.automaton!(model), rows = placedRows(capture, model);
      const find = async (query: string): Promise<number[]> => (await queries.find({ ...all, query })).items.map((m) => m.state);
      const last = automaton.stateCount - 1;
      assert.equal((await find(String(last)))[0], last);
      assert.deepEqual([await find('  '), await find('no such thing at all')], [[], []]);
      const into = new Set<number>();
      automaton.arrays.entryTarget.forEach((target, e) => { if (target >= 0 && stateFrequency.words(model, view.symbols[automaton.arrays.entrySymbol[e]]).includes('tcp')) into.add(target); });
      const bySymbol = await find('TCP');
      for (const state of into) assert.ok(bySymbol.includes(state), `${state}`);
      const lost = rows.some((r) => stateFrequency.words(model, r.symbol).includes('tcp') && r.state === 0);
      assert.ok(bySymbol.every((state) => into.has(state) || (state === 0 && lost)));
      const host = '10.0.0.2';
      const own = rows.filter((r) => r.entity.includes(host));
      assert.deepEqual((await find(host)).sort((a, b) => a - b), [...new Set(own.map((r) => r.state))].sort((a, b) => a - b));
      const paged = await queries.find({ revision: 1, start: 1, count: 1, query: host });
      assert.deepEqual(paged.items.map((m) => m.state), (await find(host)).slice(1, 2));
    }), { numRuns: 25 });
  });

  for (const [name, change] of [['the default model', {}], ['SEQUENT', { reference: true, referenceScale: 'small' }]] as const) {
    it(`baseline and capture are counted alike: a baseline scored as a capture differs nowhere (${name})`, async () => {
      await fc.assert(fc.asyncProperty(flows(30, 90), async (list) => {
        const own = list.map((flow) => ({ ...flow, source: '10.0.0.1', destination: '10.0.1.1', time: flow.time ?? 3 })).sort((a, b) => a.time - b.time);
        const model = learnFrom(tableOf(own), change), queries = queriesOf(model, scoredFlows(model, own, 0.05));
        const states = await queries.states(all), edges = await queries.edges(all);
        assert.deepEqual([...states.capture], [...states.baseline]);
        assert.deepEqual([...edges.capture], [...edges.baseline]);
        assert.ok(states.capture.reduce((a, b) => a + b, 0) === own.length && states.difference.every((d) => Math.abs(d) < 1e-6));
      }), { numRuns: 20 });
    });
  }

  it('rows that SEQUENT does not score count nowhere', async () => {
    const long = Array.from({ length: 40 }, (_, i): Flow => ({ time: i, source: 'a', destination: 'b', protocol: 'tcp', forwardBytes: i % 5 }));
    const model = learnFrom(tableOf(long), { reference: true, referenceScale: 'small' });
    const queries = queriesOf(model, scoredFlows(model, [...long, { time: 50, source: 'c', destination: 'd', protocol: 'udp' }], 0.05));
    const summary = (await queries.summary()) as AutomatonSummary;
    assert.equal(summary.captureRows, 40);
    assert.match(summary.note ?? '', /1 rows were not scored/);
    assert.equal(await queries.at('/r/b.log', 20), undefined);
    assert.deepEqual([(await queries.replay({ ...all, row: 40 })).total, (await queries.find({ ...all, query: 'c' })).items.filter((m) => m.why.startsWith('host')).length], [0, 0]);
    assert.equal((await queries.rows({ ...all, state: 0, order: 'score', flaggedOnly: false })).items.filter((r) => r.entity === 'c -> d').length, 0);
  });

  it('a model without a capture shows its baseline, with zeros for the capture', async () => {
    const model = learnFrom(tableOf(Array.from({ length: 30 }, (_, i): Flow => ({ time: i, protocol: i % 3 ? 'tcp' : 'udp' })))), queries = queriesOf(model);
    const summary = (await queries.summary()) as AutomatonSummary;
    assert.deepEqual([summary.captureRows, summary.rootCauses, summary.baselineRows, summary.timeSpan], [0, 0, 30, undefined]);
    assert.match(summary.note ?? '', /Nothing is scored with this model yet/);
    const states = await queries.states({ ...all, selection: { time: [0, 10] } }), edges = await queries.edges(all);
    assert.ok([...states.capture, ...states.difference, ...states.score, ...edges.capture].every((n) => n === 0) && states.baseline.some((n) => n > 0));
    const detail = await queries.state({ revision: 1, state: 0 });
    assert.deepEqual([detail.capture, detail.expected, detail.entities, detail.rootCauses], [0, 0, [], []]);
    assert.deepEqual(await queries.rows({ ...all, state: 0, order: 'time', flaggedOnly: false }), { total: 0, items: [] });
    assert.ok((await queries.find({ ...all, query: 'tcp' })).total > 0);
    assert.equal(await queries.at('/r/a.log', 0), undefined);
  });

  it('a model that was learned before rows were counted says that its counts are others', async () => {
    const model = learnFrom(tableOf(Array.from({ length: 60 }, (_, i): Flow => ({ time: i, source: 'a', protocol: i % 3 ? 'tcp' : 'udp' })))), queries = queriesOf({ ...model, baseline: undefined } as LearnedModel);
    const summary = (await queries.summary()) as AutomatonSummary, { baseline } = await queries.states(all);
    assert.match(summary.note ?? '', /counts its baseline by traces, not by rows.*Learn it again/);
    assert.notEqual(baseline.reduce((a, b) => a + b, 0), 60);
  });

  const wide = 100_000;
  for (const [name, states, targetOf] of [['one edge', 2, () => 1], ['as many states', wide + 1, (symbol: number) => symbol + 1]] as const) {
    it(`a state with 100,000 transitions to ${name} is paged`, async () => {
      const zeros = new Uint32Array(states), starts = new Uint32Array(states + 1).fill(wide);
      starts[0] = 0;
      const symbols = Uint32Array.from({ length: wide }, (_, i) => i);
      const automaton = new Automaton(Array.from(symbols, String), ['0'], {
        entryStart: starts, entrySymbol: symbols, entryTarget: Int32Array.from(symbols, targetOf), entryCount: symbols, size: new Int32Array(states), passed: zeros, ended: zeros,
        incoming: new Int32Array(states), source: new Int32Array(states), flags: new Uint8Array(states), number: new Int32Array(states), prefixStart: new Uint32Array(states + 1), prefixSymbols: new Uint32Array(0), prefixType: new Uint16Array(states), passedByType: zeros, endedByType: zeros,
      });
      const view: AutomatonView = { automaton, symbols: Float64Array.from(symbols), baseline: ownCounts(automaton), shortWords: (s) => `s${s}`, guardWords: (entry) => (entry % 2 === 0 ? `bytes below ${entry}` : undefined), fields: () => [] };
      const inWords = (entry: number): string => `symbol ${entry}${entry % 2 === 0 ? `, bytes below ${entry}` : ''}`;
      const model = { baselineRows: 1 } as unknown as LearnedModel;
      const queries = automatonQueries(async () => ({ revision: 1, detector: { ...detector, automaton: () => view, words: (_: unknown, s: number) => `symbol ${s}` }, model }), { files: nodeFiles, pause: async () => undefined });
      const detail = await queries.state({ revision: 1, state: 0 });
      assert.deepEqual([detail.leavingTotal, detail.leaving.length, detail.leaving[0].words, detail.outgoing.length, detail.outgoingTotal], [wide - 1, 8, `symbol ${wide - 1}`, Math.min(8, states - 1), states - 1]);
      const edges = await queries.edges({ revision: 1, start: states - 2, count: 10 });
      assert.deepEqual([edges.total, [...edges.to]], [states - 1, [states - 1]]);
      const last = await queries.edgeSymbols({ revision: 1, from: 0, to: states - 1, start: 0, count: 2 });
      assert.deepEqual([last.total, last.items[0]], [states === 2 ? wide : 1, { words: inWords(wide - 1), baseline: wide - 1, capture: 0 }]);
      assert.deepEqual((await queries.state({ revision: 1, state: states - 1 })).access, [inWords(wide - 1)]);
      assert.equal((await queries.find({ revision: 1, query: 'symbol 999', start: 0, count: 5 })).total, states === 2 ? 1 : 280);
    });
  }

  it('one state is enough', async () => {
    const model = learnFrom(tableOf(Array.from({ length: 30 }, () => ({}))), { sinkCount: 1e9 }), queries = queriesOf(model, scoredFlows(model, [{}, {}], 0.5));
    const { total, depth, parent } = await queries.states(all);
    assert.ok(total >= 1 && depth[0] === 0 && parent[0] === -1);
    assert.equal((await queries.state({ revision: 1, state: 0 })).label, 'start');
  });

  it('says what it cannot answer: an old revision, a state that is not there, no model', async () => {
    const model = learnFrom(tableOf(Array.from({ length: 30 }, (_, i): Flow => ({ time: i })))), queries = queriesOf(model);
    await assert.rejects(queries.states({ ...all, revision: 7 }), (error) => error instanceof OutdatedError && /^The capture was scored again;/.test(error.message));
    await assert.rejects(queries.state({ revision: 1, state: 99 }), (error) => error instanceof SessionError && /There is no state 99: the automaton has \d+ states/.test(error.message));
    await assert.rejects(queries.labels(1, [0, -1]), SessionError);
    const none = automatonQueries(async () => ({ reason: 'There is no model yet.' }), { files: nodeFiles, pause: async () => undefined });
    assert.deepEqual([await none.summary(), await none.at('/r/a.log', 0)], [{ reason: 'There is no model yet.' }, undefined]);
    await assert.rejects(none.edges(all), OutdatedError);
    const blind: Detector = { ...detector };
    delete blind.automaton;
    const without = automatonQueries(async () => ({ revision: 1, detector: blind, model }), { files: nodeFiles, pause: async () => undefined });
    assert.match(((await without.summary()) as { reason: string }).reason, /learns no automaton/);
  });
});
