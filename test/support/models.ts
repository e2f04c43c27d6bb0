import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import { SETTINGS, type StateFrequencySettings } from '../../server/core/detectors/stateFrequency/settings';
import type { ModelOrigin } from '../../server/core/detectors/scoring/modelFile';
import { resolveSettings, type SettingValues } from '../../server/core/settings/setting';
import { EntityTable } from '../../server/core/symbols/entities';
import { carryTime, type EncodedRows } from '../../server/core/symbols/rows';
import type { FlowTable } from '../../server/core/table/flow';
import { noControl } from '../../server/core/util/control';

/** All settings of `stateFrequency`, with these changed. */
export function settingsWith(change: Partial<StateFrequencySettings> = {}): SettingValues {
  const { values, problems } = resolveSettings(SETTINGS, change);
  if (problems.length > 0) throw new Error(problems[0].message);
  return values;
}

export type LearnedModel = ReturnType<typeof stateFrequency.learn>;

export function learnFrom(table: FlowTable, change: Partial<StateFrequencySettings> = {}, self = false): LearnedModel {
  return stateFrequency.learn({ table, self }, settingsWith(change), noControl);
}

/** Rows of a table as the engine hands them to `score`. */
export function encodedRows(model: LearnedModel, table: FlowTable): EncodedRows & { readonly names: readonly string[] } {
  const entities = new EntityTable(model.entity), entity = entities.encode(table);
  return {
    rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: stateFrequency.encoder(model).encode(table),
    names: Array.from({ length: entities.size }, (_, e) => entities.name(e)),
  };
}

export const origin: ModelOrigin = { detector: 'stateFrequency', settings: settingsWith(), baseline: { self: true }, inputs: [{ path: 'conn.log', sha256: '00', rows: 3 }] };
