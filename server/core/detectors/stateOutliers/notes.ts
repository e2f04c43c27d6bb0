import type { EncodedRows } from '../../symbols/rows';
import { count } from '../../symbols/words';
import { FEATURE_SETS } from './features';
import type { StateOutliersModel } from './model';
import type { RangeFacts } from './scorer';

/** What a run should tell: entities unlike the baseline, and what could not be judged as it should. `facts`: of all ranges. O(ranges x features + states). */
export function notesOf(model: StateOutliersModel, rows: EncodedRows, facts: readonly RangeFacts[]): string[] {
  const { features, settings: { leastEntityRows, leastRows }, ofState, baseline, heldBack } = model;
  const sum = (of: (range: RangeFacts) => number): number => facts.reduce((total, range) => total + of(range), 0);
  const [judged, unlike, noGuard] = [sum((r) => r.judged), sum((r) => r.unlike), sum((r) => r.noGuard)];
  const small = rows.entityCount - judged;
  const lacking = ofState.filter((own, state) => own === undefined && baseline.states[state] > 0).length;
  const unknown = FEATURE_SETS[model.settings.features].filter(({ name }) => !features.some((own) => own.name === name));
  const absent = rows.rowCount > 0 ? features.filter((_, f) => sum((r) => r.withValue[f]) === 0) : [];
  const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(', ');
  return [
    ...(unlike > 0 ? [`${count(unlike)} of ${count(judged)} entities with enough rows are unlike the baseline: more of their rows do not fit than is usual.`] : []),
    ...(small > 0 ? [`${count(small)} of ${count(rows.entityCount)} entities have fewer than ${count(leastEntityRows)} rows: their rows are scored, but there is no verdict on them as a whole.`] : []),
    ...(lacking > 0 ? [`${count(lacking)} of ${count(model.states)} states have no model of their own (fewer than ${count(leastRows)} baseline rows, or none that a model can be learned from): their rows are compared with all of the baseline.`] : []),
    ...(heldBack === 'time' ? ['The baseline has too few entities to hold some back: thresholds come from stretches of time that were held back.'] : []),
    ...(unknown.length > 0 ? [`No row of the baseline has ${names(unknown)}: not looked at.`] : []),
    ...(absent.length > 0 ? [`No row of these logs has ${names(absent)}, which the baseline has: every row counts as one without. Learn a model from logs with the same columns.`] : []),
    ...(noGuard > 0 ? [`${count(noGuard)} rows found no transition whose guard holds (mostly for want of a number) and started anew at the root.`] : []),
  ];
}
