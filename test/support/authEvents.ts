import { authSequences } from '../../server/core/detectors/authSequences';
import type { AuthSequencesModel } from '../../server/core/detectors/authSequences/model';
import { type AuthSequencesSettings, SETTINGS } from '../../server/core/detectors/authSequences/settings';
import type { BaselineRows, ScoreColumns, Scores } from '../../server/core/detectors/detector';
import type { NeuralRuntime } from '../../server/core/nn/runtime';
import { resolveSettings, type SettingValues } from '../../server/core/settings/setting';
import { EntityTable } from '../../server/core/symbols/entities';
import { carryTime, type EncodedRows, type EntityRange, sequences } from '../../server/core/symbols/rows';
import type { FlowTable } from '../../server/core/table/flow';
import { type Control, noControl } from '../../server/core/util/control';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import type { Flow } from './flows';

/** All settings of `authSequences`, with these changed: counts where no net is asked for, and a net that trains in a second. */
export function authSettings(change: Partial<AuthSequencesSettings> = {}): SettingValues {
  const { values, problems } = resolveSettings(SETTINGS, { model: 'counts', cutoff: 0, epochs: 1, batch: 32, ...change });
  if (problems.length > 0) throw new Error(problems[0].message);
  return values;
}

export interface LearnChange extends Partial<Omit<BaselineRows, 'table'>> {
  readonly runtime?: NeuralRuntime;
  readonly control?: Control;
}

export async function learnAuth(table: FlowTable, change: Partial<AuthSequencesSettings> = {}, { runtime, control = noControl, ...baseline }: LearnChange = {}): Promise<AuthSequencesModel> {
  return authSequences.learn({ table, self: false, ...baseline }, authSettings(change), control, runtime);
}

/** Rows of a table as the engine hands them to `scoreRange`. */
export function authRows(model: AuthSequencesModel, table: FlowTable): EncodedRows & { readonly features: Float32Array } {
  const entities = new EntityTable(model.entity), entity = entities.encode(table), encoder = authSequences.encoder(model);
  return { rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: encoder.encode(table), features: encoder.features!(table) };
}

/** Scores of all rows, range by range; in one where none are given. */
export async function scoreAuth(model: AuthSequencesModel, table: FlowTable, runtime?: NeuralRuntime, rangesOf = (entities: number): EntityRange[] => [{ from: 0, to: entities }], control: Control = noControl): Promise<Scores> {
  const rows = authRows(model, table);
  const columns: ScoreColumns = { ...sequences(rows), raw: new Float32Array(rows.rowCount), state: new Uint32Array(rows.rowCount) };
  const remembered: unknown[] = [];
  for (const range of rangesOf(rows.entityCount)) remembered.push(await authSequences.scoreRange(model, rows, columns, range, control, runtime));
  return authSequences.scores(model, rows, columns, remembered);
}

/** Events of five people with a desk and two servers each, one a minute: everything repeats. */
export function ordinaryEvents(count: number, from = 0, seed = 1): Flow[] {
  const rng = mulberry32(seed);
  return Array.from({ length: count }, (_, i) => {
    const who = randomBelow(rng, 5), far = randomBelow(rng, 4) > 0;
    return {
      time: from + 60 * i, user: `u${who}`, userDomain: 'CORP', targetUser: `u${who}`, targetDomain: 'CORP', source: `pc${who}`, destination: far ? `srv${who % 2}` : `pc${who}`,
      authType: far ? 'Kerberos' : 'Negotiate', logonType: far ? 'Network' : 'Interactive', orientation: 'LogOn', outcome: randomBelow(rng, 50) > 0 ? 'Success' : 'Fail',
    };
  });
}

/** An event of u0 as it mostly is. */
export const usualEvent: Flow = { time: 0, user: 'u0', userDomain: 'CORP', targetUser: 'u0', targetDomain: 'CORP', source: 'pc0', destination: 'srv0', authType: 'Kerberos', logonType: 'Network', orientation: 'LogOn', outcome: 'Success' };

/** The line of LANL's log that an event is; missing values are `?`. */
export function lanlLine({ time, user = '?', userDomain = '?', targetUser = '?', targetDomain = '?', source = '?', destination = '?', authType = '?', logonType = '?', orientation = '?', outcome = '?' }: Flow): string {
  return [time, `${user}@${userDomain}`, `${targetUser}@${targetDomain}`, source, destination, authType, logonType, orientation, outcome].join(',');
}
