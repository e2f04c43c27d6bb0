import * as fs from 'node:fs';
import { tracesOfWindows } from '../../../server/core/automata/events';
import { firstRows, lastRows, slidingWindows } from '../../../server/core/symbols/windows';
import type { Events } from '../../../server/core/automata/events';
import type { TraceSet } from '../../../server/core/automata/traces';
import type { Windows, WindowSettings } from '../../../server/core/symbols/windows';

/** A row of a golden `.result` file of SEQUENT. */
export interface ResultRow {
  readonly first: number;
  readonly last: number;
  readonly trace: string;
  readonly states: string;
  readonly logProbabilities: readonly number[];
  readonly sum: number;
  readonly type: string;
}

export function readResults(file: string): ResultRow[] {
  return fs.readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => {
    const cells = line.split(';').map((cell) => cell.trim());
    return { first: Number(cells[0]), last: Number(cells[1]), trace: cells[2].slice(1, -1), states: cells[3], logProbabilities: JSON.parse(cells[4]) as number[], sum: Number(cells[cells.length - 4]), type: cells[cells.length - 1] };
  });
}

/** Windows and traces of events; the leftovers at the end stand in the order of the golden file, which the reference took from a hash table. */
export function goldenWindows(events: Events, settings: WindowSettings, golden: readonly ResultRow[]): { windows: Windows; traces: TraceSet } {
  const plain = slidingWindows(events.entities, events.entityNames.length, settings);
  const byRows = new Map<string, number>();
  const first = firstRows(plain);
  const last = lastRows(plain);
  for (let w = plain.fullCount; w < first.length; w++) byRows.set(`${first[w]} ${last[w]}`, w);
  const order = golden.map((row, w) => (w < plain.fullCount ? w : byRows.get(`${row.first} ${row.last}`) ?? -1));
  const windows = reorder(plain, order);
  return { windows, traces: tracesOfWindows(events, windows) };
}

function reorder(windows: Windows, order: readonly number[]): Windows {
  const offsets = [0];
  const rows: number[] = [];
  for (const w of order) {
    rows.push(...windows.rows.subarray(windows.offsets[w], windows.offsets[w + 1]));
    offsets.push(rows.length);
  }
  return { rows: Uint32Array.from(rows), offsets: Uint32Array.from(offsets), entities: Uint32Array.from(order, (w) => windows.entities[w]), fullCount: windows.fullCount };
}
