import type { ExpectedValue } from '../../auth/eventModel';
import { SOURCE_USER } from '../../auth/fields';
import { FIELD_SETS } from '../../auth/lineScores';
import { commonScore, thresholdScore } from '../scoring/calibration';
import type { NeuralRuntime } from '../../nn/runtime';
import type { EncodedRows, EntityRange } from '../../symbols/rows';
import { checkCancelled, type Control, subControl } from '../../util/control';
import type { ScoreColumns } from '../detector';
import type { RowLosses } from './explain';
import { mixed, mixLosses } from './mix';
import type { AuthSequencesModel } from './model';
import { netOf } from './net';
import { alternatives, lineLosses } from './nets';
import { distinctRows } from '../../auth/distinctRows';
import { readsLines } from './nets/lineModel';
import { FIELDS, fillScores, gatherTokens, scoredRows, widthOf, pickRows } from './scorer';

/** Share of rows whose expected values are kept for explaining: rows that a rate up to this flags. */
const EXPLAINED_RATE = 0.005;
/** Different lines that expected values are kept for at most, how many are asked for together, of how many of their fields, and values of each. */
const MOST_EXPLAINED = 2000;
const EXPLAINED_CALL = 64;
const EXPLAINED_FIELDS = 3;
const VALUES = 6;

/** What a net's scoring leaves behind: losses of each different line, and which line each scored row is. */
export interface NetScores {
  /** Rows that were scored, and the line of each. */
  readonly rows: Uint32Array;
  readonly line: Uint32Array;
  /** Ten a line. */
  readonly losses: Float32Array;
  /** Expected values of odd lines: lines, fields, and `VALUES` tokens (-1: none) with their probabilities. */
  readonly expected: { readonly line: Uint32Array; readonly field: Uint8Array; readonly tokens: Int32Array; readonly shares: Float32Array };
}

/** Scores a range of entities by the model's net. Rejects with `Cancelled`, `NeuralError`. */
export async function scoreByNet(model: AuthSequencesModel, rows: EncodedRows, columns: ScoreColumns, range: EntityRange, control: Control, runtime: NeuralRuntime): Promise<NetScores> {
  const width = widthOf(model);
  const net = netOf(model.settings, model.vocabulary, width);
  if (!net || !model.net) throw new Error('The model has no net.');
  const scored = scoredRows(model, rows, columns, range);
  const tokens = gatherTokens(rows, width, scored);
  const alone = readsLines(net);
  // A line that is judged by those before it is a line of its own.
  const { first, kind: of } = alone ? distinctRows(tokens, width) : inTime(rows, scored);
  const lines = pickRows(tokens, first, width);
  const positions = FIELD_SETS[model.settings.fields].map((field) => field + width - FIELDS);
  // By name where entities are users: all that the baseline does not have are one token.
  const users = first.map((i) => (model.settings.entity === 'user' ? rows.entity[scored[i]] : tokens[i * width + width - FIELDS + SOURCE_USER]));
  const all = await lineLosses(net, model.net.weights, lines, runtime, subControl(control, 0, 0.9), alone ? { positions } : { positions, users });
  const losses = lastFields(all, width);
  mixLosses(losses, model.counts, lines, FIELD_SETS[model.settings.fields], model.settings.countShare, model.self);
  const ofRows = new Float32Array(scored.length * FIELDS);
  for (let i = 0; i < scored.length; i++) for (let f = 0; f < FIELDS; f++) ofRows[i * FIELDS + f] = losses[of[i] * FIELDS + f];
  fillScores(model, rows, columns, range, scored, ofRows);
  // Expected values of a line are asked for without what was before it: models of context would give others.
  const odd = alone ? oddLines(model, columns.raw, scored, of, first.length) : [];
  return { rows: scored, line: of, losses, expected: await expectedValues(model, lines, losses, odd, runtime, subControl(control, 0.9, 1)) };
}

/** The scored rows in order of time, each a line of its own: `first` has their places among the scored ones, `kind` the line of each. */
function inTime({ time }: EncodedRows, scored: Uint32Array): { readonly first: Uint32Array; readonly kind: Uint32Array } {
  const first = Uint32Array.from(scored.keys()).sort((a, b) => time[scored[a]] - time[scored[b]] || scored[a] - scored[b]);
  const kind = new Uint32Array(first.length);
  first.forEach((i, line) => (kind[i] = line));
  return { first, kind };
}

/** Losses of the ten fields, without that of the hour. */
export function lastFields(losses: Float32Array, width: number): Float32Array {
  if (width === FIELDS) return losses;
  const kept = new Float32Array((losses.length / width) * FIELDS);
  for (let line = 0; line * width < losses.length; line++) for (let f = 0; f < FIELDS; f++) kept[line * FIELDS + f] = losses[line * width + width - FIELDS + f];
  return kept;
}

/** The worst lines, worst first. */
function oddLines({ calibration }: AuthSequencesModel, raw: Float32Array, scored: Uint32Array, line: Uint32Array, count: number): number[] {
  const threshold = thresholdScore(EXPLAINED_RATE);
  const worst = new Float32Array(count).fill(-Infinity);
  for (let i = 0; i < scored.length; i++) if (raw[scored[i]] > worst[line[i]]) worst[line[i]] = raw[scored[i]];
  const odd = Array.from(worst.keys()).filter((i) => worst[i] > -Infinity && commonScore(calibration, worst[i]) >= threshold);
  return odd.sort((a, b) => worst[b] - worst[a] || a - b).slice(0, MOST_EXPLAINED);
}

async function expectedValues(model: AuthSequencesModel, lines: Int32Array, losses: Float32Array, odd: readonly number[], runtime: NeuralRuntime, control: Control): Promise<NetScores['expected']> {
  const width = widthOf(model);
  const net = netOf(model.settings, model.vocabulary, width);
  const found: { line: number; field: number; tokens: Int32Array; shares: Float32Array }[] = [];
  for (let from = 0; net && model.net && from < odd.length; from += EXPLAINED_CALL) {
    checkCancelled(control);
    control.report(from / odd.length, 'Asking what was expected');
    const asked = odd.slice(from, from + EXPLAINED_CALL);
    const wanted = asked.map((line) => worstFields(model, losses.subarray(line * FIELDS, (line + 1) * FIELDS)));
    const positions = [...new Set(wanted.flat())].sort((a, b) => a - b).map((field) => field + width - FIELDS);
    const answers = await alternatives(net, model.net.weights, pickRows(lines, Uint32Array.from(asked), width), positions, runtime, VALUES);
    for (const { line, position, tokens, probabilities } of answers) {
      const field = position - (width - FIELDS);
      if (wanted[line].includes(field)) found.push({ line: asked[line], field, tokens, shares: probabilities });
    }
  }
  const tokens = new Int32Array(found.length * VALUES).fill(-1);
  const shares = new Float32Array(found.length * VALUES);
  found.forEach((one, i) => {
    tokens.set(one.tokens, i * VALUES);
    shares.set(one.shares, i * VALUES);
  });
  return { line: Uint32Array.from(found, ({ line }) => line), field: Uint8Array.from(found, ({ field }) => field), tokens, shares };
}

function worstFields({ settings }: AuthSequencesModel, losses: Float32Array): number[] {
  return [...FIELD_SETS[settings.fields]].sort((a, b) => losses[b] - losses[a] || a - b).slice(0, EXPLAINED_FIELDS);
}

/** What was kept of the rows of some ranges, by row. Looked up in O(1); the first look-up takes O(rows). */
export function keptLosses(model: AuthSequencesModel, rows: EncodedRows, parts: readonly NetScores[]): RowLosses {
  let place: Int32Array | undefined;
  const starts = parts.map((_, p) => parts.slice(0, p).reduce((n, part) => n + part.rows.length, 0));
  const expected = parts.map((part) => new Map(Array.from(part.expected.line, (line, i) => [line * FIELDS + part.expected.field[i], i])));
  const find = (row: number): { part: NetScores; p: number; line: number } | undefined => {
    if (!place) {
      const made = new Int32Array(rows.rowCount).fill(-1);
      parts.forEach((part, p) => part.rows.forEach((scored, i) => (made[scored] = starts[p] + i)));
      place = made;
    }
    const at = place[row];
    if (at < 0) return undefined;
    let p = starts.length - 1;
    while (starts[p] > at) p--;
    return { part: parts[p], p, line: parts[p].line[at - starts[p]] };
  };
  return {
    of(row) {
      const found = find(row);
      return found?.part.losses.subarray(found.line * FIELDS, (found.line + 1) * FIELDS);
    },
    expected(row, field): readonly ExpectedValue[] | undefined {
      const found = find(row);
      const i = found && expected[found.p].get(found.line * FIELDS + field);
      if (!found || i === undefined) return undefined;
      const { tokens, shares } = found.part.expected;
      const values = tokens.subarray(i * VALUES, (i + 1) * VALUES).filter((token) => token >= 0);
      const byCounts = model.counts.shares(gatherTokens(rows, widthOf(model), Uint32Array.of(row)), 0, field, values);
      return Array.from(values, (token, k) => ({ value: model.vocabulary.text(token), share: mixed(shares[i * VALUES + k], byCounts[k], model.settings.countShare) })).sort((a, b) => b.share - a.share);
    },
  };
}
