import * as assert from 'node:assert/strict';
import { commonScore } from '../../../server/core/detectors/scoring/calibration';
import type { Automaton } from '../../../server/core/automata/automaton';
import { toJson } from '../../../server/core/automata/automatonJson';
import { difference } from '../../../server/core/automata/difference';
import { toDot } from '../../../server/core/automata/dot';
import { fromFlexfringeJson, toFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { minimise } from '../../../server/core/automata/minimise';
import { drawingOf, toSvg } from '../../../server/core/automata/svg';
import { type LoadedModel, readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { EntityTable } from '../../../server/core/symbols/entities';
import { carryTime, type EncodedRows } from '../../../server/core/symbols/rows';
import type { FlowTable } from '../../../server/core/table/flow';
import { automatonQueries } from '../../../server/engine/automatonQueries';
import { baselineWords } from '../../../server/engine/baseline';
import { rowShape } from '../../../server/engine/rowCacheFile';
import { nodeFiles } from '../../../server/node/files';
import { scoredBy } from '../../engine/scoredFlows';
import { type Flow, tableOf } from '../../support/flows';

/** Rows of a table as a model has them scored. */
export function rowsOf({ detector, model }: LoadedModel, table: FlowTable): EncodedRows {
  const entities = new EntityTable(model.entity), entity = entities.encode(table), encoder = detector.encoder(model);
  const features = encoder.features?.(table);
  assert.equal(features?.length ?? 0, table.rowCount * rowShape(detector, model).features);
  return { rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: encoder.encode(table), ...(features ? { features } : {}) };
}

/** Does with a model what the product does with it: scores, explains, draws, answers its views, and writes it again. */
export async function useModel(loaded: LoadedModel, flows: readonly Flow[], deep: boolean): Promise<void> {
  const { detector, model, origin } = loaded;
  assert.ok([model.baselineRows, model.states, model.symbols].every((n) => Number.isSafeInteger(n) && n >= 0), 'its numbers are counts');
  baselineWords(origin.baseline);
  const rows = rowsOf(loaded, tableOf(flows));
  const capture = scoredBy(detector, model, flows, rows, 0.2);
  const { scores, findings } = capture;
  assert.equal(scores.raw.length, flows.length);
  for (const [row, raw] of scores.raw.entries()) {
    assert.ok(!Number.isNaN(raw), `the score of row ${row} is no number`);
    if (raw === -Infinity) continue;
    const score = commonScore(model.calibration, raw);
    assert.ok(score >= 0 && score <= 100, `the score of row ${row} is ${score}`);
  }
  for (const row of [0, 7, ...findings.rows.subarray(0, 3)]) {
    if (scores.raw[row] === -Infinity) continue;
    const { message, parts, expected } = scores.explain(row);
    assert.ok(typeof message === 'string' && parts.every(({ text }) => typeof text === 'string') && expected.every(({ words }) => typeof words === 'string'));
    const cause = scores.causeOf?.(row) ?? 0;
    detector.rootCauseKey(model, scores.state[row], rows.symbol[row], cause);
    detector.rootCauseWords(model, scores.state[row], rows.symbol[row], cause);
    detector.words(model, rows.symbol[row]);
    scores.verdictOf?.(rows.entity[row]);
  }
  const view = detector.automaton?.(model);
  if (view) {
    const { automaton } = view;
    useAutomaton(automaton, deep);
    for (let entry = 0; entry < Math.min(automaton.arrays.entrySymbol.length, 50); entry++) view.guardWords?.(entry);
    const queries = automatonQueries(async () => ({ revision: 1, detector, model, capture }), { files: nodeFiles, pause: async () => undefined });
    const all = { revision: 1, start: 0, count: 100 };
    await queries.summary();
    await queries.states(all);
    await queries.edges(all);
    for (const state of new Set([0, automaton.stateCount - 1, scores.state[0]])) {
      await queries.state({ revision: 1, state });
      if (view.numbers && deep) await queries.histograms({ revision: 1, state });
      await queries.rows({ revision: 1, state, start: 0, count: 10, order: 'score', flaggedOnly: false });
      await queries.edgeSymbols({ ...all, from: 0, to: state });
    }
    await queries.labels(1, [0]);
    await queries.find({ revision: 1, query: 'tcp', start: 0, count: 5 });
  }
  detector.trainingCurve?.(model);
  if (deep) detector.exportOnnx?.(model);
  const written = writeModel(detector, model, origin), again = readModel(written);
  if ('fault' in again) assert.fail(`it cannot be read again: ${again.fault}`);
  assert.deepEqual(writeModel(again.detector, again.model, again.origin), written);
}

/** Writes an automaton in every form there is. */
export function useAutomaton(automaton: Automaton, deep: boolean): void {
  JSON.stringify(toJson(automaton));
  toDot(automaton);
  const text = JSON.stringify(toFlexfringeJson(automaton));
  const drawing = drawingOf(automaton);
  toSvg(automaton, { width: 1, height: 1, states: drawing.states.map(({ state }) => ({ state, x: 0, y: 0, width: 1, height: 1 })), edges: drawing.edges.map(({ lines }) => ({ text: lines.join('\n'), points: [{ x: 0, y: 0 }, { x: 1, y: 1 }] })) });
  if (!deep) return;
  fromFlexfringeJson(text);
  minimise(automaton, false);
  minimise(automaton, true);
  difference(automaton, automaton);
}
