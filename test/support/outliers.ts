import { stateOutliers } from '../../server/core/detectors/stateOutliers';
import type { StateOutliersModel } from '../../server/core/detectors/stateOutliers/model';
import { resolveSettings } from '../../server/core/settings/setting';
import { EntityTable } from '../../server/core/symbols/entities';
import { carryTime, type EncodedRows } from '../../server/core/symbols/rows';
import type { FlowTable } from '../../server/core/table/flow';
import { noControl } from '../../server/core/util/control';
import { type Flow, tableOf } from './flows';

/** A model of `stateOutliers` with these settings changed. */
export function learnedBy(flows: readonly Flow[], change: Readonly<Record<string, string | number>>): StateOutliersModel {
  const { values, problems } = resolveSettings(stateOutliers.settings, change);
  if (problems.length > 0) throw new Error(problems[0].message);
  return stateOutliers.learn({ table: tableOf(flows), self: false }, values, noControl);
}

/** Rows of a table as the engine hands them to that model. */
export function encodedBy(model: StateOutliersModel, table: FlowTable): EncodedRows {
  const entities = new EntityTable(model.entity), entity = entities.encode(table), encoder = stateOutliers.encoder(model);
  return { rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: encoder.encode(table), features: encoder.features!(table) };
}
