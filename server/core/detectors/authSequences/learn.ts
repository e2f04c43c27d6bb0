import { CountModel } from '../../auth/countModel';
import { SOURCE_USER } from '../../auth/fields';
import { FieldCounts } from '../../auth/fieldCounts';
import { FIELD_SETS, lineScores } from '../../auth/lineScores';
import { accountRows } from '../../auth/rows';
import { TokenEncoder } from '../../auth/tokens';
import { UserMeans } from '../../auth/userMeans';
import { buildVocabulary, type Vocabulary } from '../../auth/vocabulary';
import { extendVocabulary, tokenTranslation } from '../../auth/vocabularyGrowth';
import { calibrate } from '../scoring/calibration';
import type { NeuralRuntime } from '../../nn/runtime';
import type { FlowTable } from '../../table/flow';
import { rowTimes } from '../../symbols/rows';
import { count } from '../../symbols/words';
import { checkCancelled, type Control, subControl } from '../../util/control';
import { mulberry32 } from '../../util/rng';
import { type BaselineRows, LearningError } from '../detector';
import { mixLosses } from './mix';
import type { AuthSequencesModel } from './model';
import { netOf } from './net';
import { lastFields } from './netScorer';
import { lineLosses, type LineModel, type Weights } from './nets';
import { readsLines } from './nets/lineModel';
import { heldBackLines } from './nets/training';
import { grownWeights } from './nets/weights';
import { FIELDS, pickRows } from './scorer';
import type { AuthSequencesSettings } from './settings';
import { trainNet } from './trainNet';

/** Rows between looks at whether learning was cancelled. */
const CHUNK = 8192;
/** Rows that the common scale is made from, at most. */
const CALIBRATION_ROWS = 200_000;
/** Share of a self-baseline that may be attacks without spoiling the calibration. */
const SELF_CONTAMINATION = 0.02;

/** Learns vocabulary, counts and scale, and a net where one is wanted. Throws `Cancelled`, `LearningError`. */
export async function learnModel({ table, self, previous, training }: BaselineRows, settings: AuthSequencesSettings, control: Control, runtime?: NeuralRuntime): Promise<AuthSequencesModel> {
  const rows = rowsToLearn(table, settings);
  const before = goneOnFrom(previous as AuthSequencesModel | undefined, settings);
  const vocabulary = learnVocabulary(table, rows, settings, before);
  const tokens = pickRows(new TokenEncoder(vocabulary, { time: settings.time }).encode(table), rows, FIELDS + (settings.time ? 1 : 0));
  const width = tokens.length / rows.length;
  const counts = before?.counts.under(vocabulary) ?? new CountModel(vocabulary, { time: settings.time, mostPairs: settings.mostPairs });
  for (let from = 0; from < rows.length; from += CHUNK) {
    checkCancelled(control);
    control.report((0.3 * from) / rows.length, 'Counting');
    counts.learn(tokens.subarray(from * width, (from + CHUNK) * width));
  }
  const base = { settings, self, vocabulary, counts, entity: settings.entity, baselineRows: rows.length + (before?.baselineRows ?? 0), states: 0, symbols: vocabulary.size };
  const line = netOf(settings, vocabulary, width);
  const users = usersOf(tokens, width);
  if (line && !runtime) throw new LearningError(`The net ${settings.model} needs a runtime, and there is none here. Choose model=counts.`);
  const trained = line && runtime ? await trainNet(line, tokens, users, settings, runtime, subControl(control, 0.3, 0.9), before && weightsBefore(before, vocabulary, line), training) : undefined;
  const judging = subControl(control, trained ? 0.9 : 0.3, 1);
  const { judged, losses } = trained && line && runtime ? await netLosses(line, trained.net.weights, counts, tokens, users, settings, runtime, judging) : countLosses(counts, tokens, width, settings, judging);
  const { scores, means } = scoresOf(losses, tokens, width, judged, settings);
  return {
    ...base, ...(means ? { means } : {}), ...(trained ? { net: trained.net } : {}), ...(trained?.note === undefined ? {} : { note: trained.note }),
    calibration: calibrate(scores, { contamination: self ? SELF_CONTAMINATION : 0 }),
  };
}

/** The user's token of each row. */
function usersOf(tokens: Int32Array, width: number): Int32Array {
  return Int32Array.from({ length: tokens.length / width }, (_, row) => tokens[row * width + width - FIELDS + SOURCE_USER]);
}

/** Positions of rows, and their losses, ten a row. */
interface Judged {
  readonly judged: Uint32Array;
  readonly losses: Float32Array;
}

/** Losses of the rows that a net was not trained on; of all where that are none. A net that sees earlier events reads them, too. */
async function netLosses(line: LineModel, weights: Weights, counts: CountModel, tokens: Int32Array, users: Int32Array, settings: AuthSequencesSettings, runtime: NeuralRuntime, control: Control): Promise<Judged> {
  const width = line.columns;
  const held = heldBackLines(line, users, settings.holdBack, settings.seed);
  const last = Uint32Array.from({ length: Math.min(users.length, CALIBRATION_ROWS) }, (_, i) => Math.max(0, users.length - CALIBRATION_ROWS) + i);
  const read = readsLines(line) && held.length > 0 ? held : last;
  const rows = pickRows(tokens, read, width);
  const losses = lastFields(await lineLosses(line, weights, rows, runtime, control, { users: usersOf(rows, width) }), width);
  mixLosses(losses, counts, rows, FIELD_SETS[settings.fields], settings.countShare, true);
  const places = held.filter((row) => row >= read[0]).map((row) => row - read[0]);
  return readsLines(line) || places.length === 0 ? { judged: read, losses } : { judged: places.map((place) => read[place]), losses: pickRows(losses, places, FIELDS) };
}

/** A model can be gone on with where it reads rows in the same way, and has the same net if any. */
function goneOnFrom(previous: AuthSequencesModel | undefined, settings: AuthSequencesSettings): AuthSequencesModel | undefined {
  const other = previous && (['model', 'preset', 'vocabulary', 'time'] as const).find((name) => previous.settings[name] !== settings[name]);
  if (other !== undefined) throw new LearningError(`The model to go on from was learned with ${other}=${String(previous?.settings[other])}, not ${other}=${String(settings[other])}. Give it the same setting, or learn a new model.`);
  return previous;
}

/** Weights to begin with: those of the model before, moved to where the grown vocabulary has its values. */
function weightsBefore(before: AuthSequencesModel, vocabulary: Vocabulary, line: LineModel): Weights | undefined {
  const old = netOf(before.settings, before.vocabulary, line.columns);
  return before.net && old && grownWeights(old, line, before.net.weights, tokenTranslation(before.vocabulary, vocabulary));
}

/** Rows of the accounts that are looked at, in order of time. */
function rowsToLearn(table: FlowTable, { accounts }: AuthSequencesSettings): Uint32Array {
  const rows = Uint32Array.from({ length: table.rowCount }, (_, row) => row).filter(accountRows(table, accounts));
  if (rows.length === 0) throw new LearningError(`None of the ${count(table.rowCount)} rows of the baseline is of an account that is looked at (setting accounts=${accounts}). Choose accounts=all, or other logs.`);
  const times = rowTimes(table);
  return rows.sort((a, b) => (times[a] < times[b] ? -1 : times[a] > times[b] ? 1 : a - b));
}

/** Throws where no value is left to know. */
function learnVocabulary(table: FlowTable, rows: Uint32Array, { vocabulary: kind, cutoff }: AuthSequencesSettings, before: AuthSequencesModel | undefined): Vocabulary {
  const learned = new Uint8Array(table.rowCount);
  for (const row of rows) learned[row] = 1;
  const counts = new FieldCounts();
  counts.add(table, { keep: (row) => learned[row] === 1 });
  const vocabulary = before ? extendVocabulary(before.vocabulary, counts, cutoff) : buildVocabulary(counts, { kind, cutoff });
  if (vocabulary.lists.every((list) => list.length === 0)) throw new LearningError(`No value of the ${count(rows.length)} rows of the baseline occurs more than ${count(cutoff)} times: nothing would be known. Lower the setting cutoff, or choose more rows.`);
  return vocabulary;
}

/** Positions of the rows that the scale is made from, ascending. */
function judgedRows(n: number, { seed }: AuthSequencesSettings): Uint32Array {
  if (n <= CALIBRATION_ROWS) return Uint32Array.from({ length: n }, (_, i) => i);
  const rng = mulberry32(seed);
  return Uint32Array.from({ length: n }, (_, i) => i).filter(() => rng() < CALIBRATION_ROWS / n);
}

/** Losses of rows by counts that do not know the row itself. */
function countLosses(counts: CountModel, tokens: Int32Array, width: number, settings: AuthSequencesSettings, control: Control): Judged {
  const judged = judgedRows(tokens.length / width, settings);
  const losses = new Float32Array(judged.length * FIELDS);
  for (let from = 0; from < judged.length; from += CHUNK) {
    checkCancelled(control);
    control.report(from / judged.length, 'Calibrating');
    losses.set(counts.losses(pickRows(tokens, judged.subarray(from, from + CHUNK), width), true, FIELDS), from * FIELDS);
  }
  return { judged, losses };
}

/** Scores of rows from their losses, and the means of users where scores are normalised. */
function scoresOf(losses: Float32Array, tokens: Int32Array, width: number, rows: Uint32Array, { fields, score, normalise }: AuthSequencesSettings): { scores: Float64Array; means?: UserMeans } {
  const scores = lineScores(losses, FIELD_SETS[fields], score);
  if (!normalise) return { scores };
  const users = Int32Array.from(rows, (row) => tokens[row * width + width - FIELDS + SOURCE_USER]);
  const means = new UserMeans();
  return { scores: means.normalise(scores, users), means };
}
