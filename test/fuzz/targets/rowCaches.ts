import * as assert from 'node:assert/strict';
import { stateFrequency } from '../../../server/core/detectors/stateFrequency';
import type { Detector } from '../../../server/core/detectors/detector';
import { type LoadedModel, readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { type Container, readContainer } from '../../../server/core/models/safetensors';
import { stateOutliers } from '../../../server/core/detectors/stateOutliers';
import { EntityTable } from '../../../server/core/symbols/entities';
import { carryTimes } from '../../../server/core/symbols/rows';
import { randomBelow } from '../../../server/core/util/rng';
import { atOnce } from '../../../server/core/util/slices';
import type { EncodedLogRows } from '../../../server/engine/ports';
import { type CacheKey, readRows, rowContainer, rowDescription, rowShape, type RowShape, rowTensors } from '../../../server/engine/rowCacheFile';
import { scoreRows } from '../../../server/core/detectors/score';
import { noControl } from '../../../server/core/util/control';
import { tableOf } from '../../support/flows';
import { grownRows } from '../../support/joinedRows';
import { learnFrom, origin } from '../../support/models';
import { learnedBy } from '../../support/outliers';
import { changedContainer, sealedBytes, withinBounds } from '../support/containers';
import { rowsOf } from '../support/modelUse';
import type { FuzzTarget } from '../target';
import { someFlows } from './flowModels';

const key: CacheKey = { path: 'conn.log', model: 'm', header: '{}' };

interface Sample {
  readonly shape: RowShape;
  readonly loaded: LoadedModel;
  readonly rows: EncodedLogRows;
  readonly container: Container;
}

function sample(detector: Detector, model: unknown): Sample {
  const loaded = readModel(writeModel(detector, model as never, { ...origin, detector: detector.id }));
  if ('fault' in loaded) throw new Error(loaded.fault);
  const table = tableOf(someFlows(50, 2)), { entity, time, symbol, features } = rowsOf(loaded, table), entities = new EntityTable(loaded.model.entity);
  entities.encode(table);
  const rows: EncodedLogRows = {
    entity, time, symbol, features: features ?? new Float32Array(0), ports: new Uint32Array(50), label: new Uint16Array(50).fill(1), ...table.places, positive: new Uint8Array(0), inBaseline: new Uint8Array(0), labels: ['Benign'], entities: entities.toTransfer(),
    summary: { rows: 50, damaged: 1, lines: 51, bytes: 5000, ascii: true, timeSpan: [0, 490], problems: [{ code: 'x', severity: 'error', message: 'm', next: 'n', line: 3, byteStart: 1, byteEnd: 2 }], problemTotals: new Map([['x', 1]]) },
  };
  const read = readContainer(sealedBytes(rowContainer(key, { mark: { bytes: 5000, modified: 1, head: 'h', tail: 't', endsLine: true }, rows }, rowTensors(rows), '')));
  if ('fault' in read) throw new Error(String(read.fault));
  return { shape: rowShape(detector, loaded.model), loaded, rows, container: read as Container };
}

let samples: readonly Sample[] | undefined;
const made = (): readonly Sample[] => (samples ??= [sample(stateFrequency as never, learnFrom(tableOf(someFlows(150, 1)), { sinkCount: 5 })), sample(stateOutliers as never, learnedBy(someFlows(150, 1), { leastRows: 10, sampleSize: 50, model: 'quartiles' }))]);

/** Cached rows, whatever their digest, count as none, or can be gone on with and scored. */
export const rowCaches: FuzzTarget = {
  name: 'rowCaches',
  runs: 1000,
  make: (rng) => sealedBytes(changedContainer(made()[randomBelow(rng, 2)].container, rng)),
  check: (input) => withinBounds(input, () => {
    const container = readContainer(input);
    if ('fault' in container) return;
    const description = rowDescription(container as Container, key);
    for (const { loaded: { detector, model }, shape, rows: tail } of description ? made() : []) {
      const read = description && atOnce(readRows(container as Container, description, shape));
      if (!read) continue;
      for (const rows of [read.rows, grownRows(read.rows, tail)]) {
        const entities = new EntityTable(model.entity), numbers = entities.absorb(rows.entities);
        for (let e = 0; e < entities.size; e++) assert.equal(typeof entities.name(e), 'string');
        const entity = rows.entity.map((e) => numbers[e]), time = carryTimes(rows.time.slice(), entity, entities.size);
        const scores = scoreRows(detector, model, { rowCount: time.length, entity, entityCount: entities.size, time, symbol: rows.symbol, ...(rows.features.length > 0 ? { features: rows.features } : {}) }, noControl);
        for (const row of [0, rows.time.length - 1]) if (scores.raw[row] > -Infinity) scores.explain(row);
        assert.ok(rows.label.every((label) => label <= rows.labels.length));
      }
    }
  }),
};
