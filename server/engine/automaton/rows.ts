import type { Replay, ReplayStep, RangeParams, StateAt, StateRow, StateRowsParams } from '../../protocol/automaton';
import { stateBefore } from '../../core/detectors/automatonView';
import type { Page } from '../../protocol/places';
import { placesOf } from '../queries';
import { logOfRow, type ScoredCapture } from '../scoredCapture';
import { numbersWords, rowsWithin } from './histograms';
import type { Look } from './look';
import { isScored } from './rowIndex';
import { rowPage, shownRows } from './rowPage';

/** One page of the rows of a state. O(rows of the state), without sorting more than the page; the rows of all states are grouped once before. */
export async function statePage(look: Look, { state, selection, order, flaggedOnly, within, start, count }: StateRowsParams): Promise<Page<StateRow>> {
  const { capture } = look;
  if (!capture) return { total: 0, items: [] };
  const mask = await look.mask(selection);
  const { starts, rows } = await look.stateRows();
  const all = rows.subarray(starts[state], starts[state + 1]);
  const masked = await look.run(shownRows(flaggedOnly ? flaggedOf(capture, state) : all, mask));
  const shown = within ? await look.foundRows.get(JSON.stringify([state, selection ?? {}, flaggedOnly, within]), () => rowsWithin(look, state, masked, within)) : masked;
  const page = await look.run(rowPage(capture, shown, order, start, count));
  return { total: shown.length, items: await stateRows(look, capture, page, within && numbersWords(look, capture, state, within)) };
}

function flaggedOf({ findings, scores }: ScoredCapture, state: number): Uint32Array {
  return findings.rows.filter((row) => scores.state[row] === state);
}

async function stateRows(look: Look, capture: ScoredCapture, rows: Uint32Array, numbers: ((row: number) => string) | undefined): Promise<StateRow[]> {
  const places = await placesOf(look.services.files, capture, rows);
  return Array.from(rows, (row, i) => ({
    row, place: places[i], path: logOfRow(capture, row).file.relative, entity: capture.entities.name(capture.rows.entity[row]), words: look.wordsOf(capture.rows.symbol[row]),
    ...(numbers ? { numbers: numbers(row) } : {}), ...look.scoreOf(row), time: capture.rows.time[row],
  }));
}

/** Where a row of the capture stands; undefined where it is not scored. */
export function stateAt(look: Look, capture: ScoredCapture, row: number): StateAt | undefined {
  if (!isScored(capture.scores.raw[row]) || !capture.scores.steps) return undefined;
  const before = stateBefore(look.automaton, capture.scores.steps.of(row));
  return { revision: look.revision, row, before, state: capture.scores.state[row], words: look.wordsOf(capture.rows.symbol[row]), ...look.scoreOf(row) };
}

/** The rows of the entity of a row, in order of time, step by step; the page is centred on the row where `start` is below 0. */
export async function replay(look: Look, { row, start, count }: RangeParams & { readonly row: number }): Promise<Replay> {
  const { capture } = look;
  const nothing: Replay = { entity: '', start: 0, at: 0, total: 0, items: [] };
  if (!capture || !Number.isInteger(row) || row < 0 || row >= capture.rows.rowCount || !isScored(capture.scores.raw[row])) return nothing;
  const { order, starts } = capture.scores;
  const entity = capture.rows.entity[row];
  const own = order.subarray(starts[entity], starts[entity + 1]);
  const at = own.indexOf(row);
  const first = start >= 0 ? start : Math.max(0, Math.min(at - (count >>> 1), own.length - count));
  const shown = own.subarray(first, first + count);
  const places = await placesOf(look.services.files, capture, shown);
  const items = Array.from(shown, (member, i): ReplayStep => {
    const step = capture.scores.steps?.of(member) ?? -1;
    const before = stateBefore(look.automaton, step);
    const probability = probabilityOf(look, before, step);
    return {
      row: member, before, state: capture.scores.state[member], words: look.wordsOf(capture.rows.symbol[member]), ...(probability === undefined ? {} : { probability }),
      raw: capture.scores.raw[member], ...look.scoreOf(member), time: capture.rows.time[member], place: places[i], path: logOfRow(capture, member).file.relative,
      parts: capture.scores.explain(member).parts,
    };
  });
  return { entity: capture.entities.name(entity), start: first, at, total: own.length, items };
}

/** How often the baseline's traces went on so from the state before; undefined where none went on from there. */
function probabilityOf({ automaton: { arrays: { entryStart, entryCount } } }: Look, before: number, step: number): number | undefined {
  let all = 0;
  for (let entry = entryStart[before]; entry < entryStart[before + 1]; entry++) all += entryCount[entry];
  return all === 0 ? undefined : step < 0 ? 0 : entryCount[step] / all;
}

