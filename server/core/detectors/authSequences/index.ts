import { formatById } from '../../formats/registry';
import { AUTH_FIELDS } from '../../table/flowBuilder';
import type { Detector, ScoreColumns } from '../detector';
import type { EncodedRows } from '../../symbols/rows';
import { count } from '../../symbols/words';
import { causeKey, causeWords } from './causes';
import { loadModel, saveModel } from './codec';
import { EventEncoder, KindSymbols } from './events';
import { Explainer } from './explain';
import { learnModel } from './learn';
import type { AuthSequencesModel } from './model';
import { netOf } from './net';
import { exportLineModel } from './nets';
import { keptLosses, type NetScores, scoreByNet } from './netScorer';
import { scoreByCounts, widthOf } from './scorer';
import { type AuthSequencesSettings, SETTINGS } from './settings';

/** Rows of a call of an exported net: shapes are fixed. */
const ONNX_ROWS = 128;

/**
 * Language models of authentication events: each field of an event is predicted from the others, and an event is odd whose fields surprise
 * (specs/auth-sequence.md; docs/auth.md has what differs from the published system and why).
 */
export const authSequences: Detector<AuthSequencesModel> = {
  id: 'authSequences',
  title: 'Authentication sequences',
  settings: SETTINGS,
  fields: new Set(['time', 'source', 'destination', ...AUTH_FIELDS]),
  neural: true,
  continues: true,

  refuses(header) {
    return formatById(header.format)?.flowFields(header).has('user') ? undefined : `authentication sequences reads authentication events (LANL auth, Zeek kerberos, ntlm, ssh, smb, CSV by a mapping), not ${header.kind} records`;
  },

  learn: (baseline, values, control, runtime) => learnModel(baseline, values as unknown as AuthSequencesSettings, control, runtime),
  encoder: (model) => new EventEncoder(model),
  divisible: (model) => model.net === undefined,
  async scoreRange(model, rows, columns, range, control, runtime) {
    if (!model.net) return scoreByCounts(model, rows, columns, range, control);
    if (!runtime) throw new Error('The model is a net, and nothing here can run it.');
    return scoreByNet(model, rows, columns, range, control, runtime);
  },
  scores(model, rows, columns, remembered) {
    let explainer: Explainer | undefined;
    const once = (): Explainer => (explainer ??= new Explainer(model, rows, columns, model.net && keptLosses(model, rows, remembered as NetScores[])));
    return { ...columns, notes: notesOf(model, rows, columns), explain: (row) => once().explain(row), causeOf: (row) => once().cause(row) };
  },

  words: (model, symbol) => kindsOf(model).words(symbol),
  rootCauseKey: (model, _state, symbol, cause) => causeKey(kindsOf(model), symbol, cause),
  rootCauseWords: (model, _state, symbol, cause) => causeWords(kindsOf(model), symbol, cause),
  trainingCurve: ({ net, note }) => net && { ...net.curve, ...(note === undefined ? {} : { ended: note }) },
  peer(model) {
    const { net, ...counts } = model;
    return net && { ...counts, settings: { ...model.settings, model: 'counts' } };
  },
  exportOnnx(model) {
    const line = netOf(model.settings, model.vocabulary, widthOf(model));
    return line && model.net && exportLineModel(line, model.net.weights, ONNX_ROWS);
  },
  save: saveModel,
  load: loadModel,
};

const known = new WeakMap<AuthSequencesModel, KindSymbols>();

function kindsOf(model: AuthSequencesModel): KindSymbols {
  let kinds = known.get(model);
  if (!kinds) known.set(model, (kinds = new KindSymbols(model.vocabulary)));
  return kinds;
}

/** What could not be judged as it should. */
function notesOf(model: AuthSequencesModel, rows: EncodedRows, _columns: ScoreColumns): string[] {
  const width = widthOf(model);
  if (rows.rowCount > 0 && (rows.features?.length ?? 0) !== rows.rowCount * width) return ['The logs have no fields that the model knows. Learn a model from logs of this kind.'];
  let left = 0;
  let strange = 0;
  const unknown = model.vocabulary.unknown(0);
  for (let row = 0; row < rows.rowCount; row++) {
    const first = (rows.features as Float32Array)[row * width];
    if (first < 0) left++;
    else if ((rows.features as Float32Array)[row * width + width - 10] === unknown) strange++;
  }
  return [
    ...(model.note === undefined ? [] : [model.note]),
    ...(left > 0 ? [`${count(left)} of ${count(rows.rowCount)} rows are of accounts that are not looked at (setting accounts=${model.settings.accounts}) and have no score.`] : []),
    ...(rows.rowCount > 0 && strange > 0.5 * rows.rowCount ? [`${count(strange)} of ${count(rows.rowCount)} rows are of users that the baseline does not have: the model may be of another organisation.`] : []),
  ];
}
