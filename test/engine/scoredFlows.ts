import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import { aggregate } from '../../server/core/aggregate/aggregate';
import type { Detector, Model } from '../../server/core/detectors/detector';
import { scoreRows } from '../../server/core/detectors/score';
import { thresholdScore } from '../../server/core/detectors/scoring/calibration';
import { EntityTable } from '../../server/core/symbols/entities';
import type { EncodedRows } from '../../server/core/symbols/rows';
import { noControl } from '../../server/core/util/control';
import { atOnce } from '../../server/core/util/slices';
import { findFindings } from '../../server/engine/findings';
import type { ScoredCapture, ScoredLog } from '../../server/engine/scoredCapture';
import { type Flow, tableOf } from '../support/flows';
import { encodedRows, type LearnedModel } from '../support/models';

/** Flows as two scored logs, `a.log` and `b.log`, without files: line i of a log is its row i, 100 bytes long. */
export function scoredFlows(model: LearnedModel, flows: readonly Flow[], acceptance: number): ScoredCapture {
  return scoredBy(stateFrequency, model, flows, encodedRows(model, tableOf(flows)), acceptance);
}

/** The same for any detector. `rows`: the flows as its model encodes them. */
export function scoredBy<M extends Model>(detector: Detector<M>, model: M, flows: readonly Flow[], rows: EncodedRows, acceptance: number): ScoredCapture {
  const entities = new EntityTable(model.entity);
  entities.encode(tableOf(flows));
  const scores = scoreRows(detector, model, rows, noControl);
  const half = flows.length >>> 1;
  const log = (name: string, firstRow: number, rowCount: number): ScoredLog => ({
    file: { path: `/r/${name}`, relative: name, bytes: rowCount * 100, modified: 0 }, firstRow, rowCount,
    summary: { rows: rowCount, damaged: 0, lines: rowCount, problems: [], problemTotals: new Map(), bytes: rowCount * 100, ascii: true },
    line: Uint32Array.from({ length: rowCount }, (_, i) => i), byteStart: Float64Array.from({ length: rowCount }, (_, i) => 100 * i), byteLength: new Uint32Array(rowCount).fill(99),
    positive: new Uint8Array(0), inBaseline: new Uint8Array(0), asRead: { entities: entities.toTransfer(), entity: rows.entity, time: rows.time, ports: new Uint32Array(0), label: new Uint16Array(0), labels: [] },
  });
  const findings = atOnce(findFindings(rows, scores, model.calibration, thresholdScore(acceptance), (state, symbol, cause) => detector.rootCauseKey(model, state, symbol, cause)));
  return { detector: detector as unknown as Detector, model, logs: [log('a.log', 0, half), log('b.log', half, flows.length - half)], rows, entities, scores, findings, readers: { threads: 1, aggregate: async (kind, input) => aggregate(kind, input), pause: async () => undefined } };
}
