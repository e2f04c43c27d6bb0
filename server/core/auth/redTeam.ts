import { csvLayout, csvReader } from '../formats/csv';
import { numberColumn, textColumn } from '../formats/flowColumns';
import type { LogHeader } from '../formats/format';
import type { FlowTable } from '../table/flow';
import type { TextColumn } from '../table/table';
import { KeyIndex } from '../util/hashTable';
import type { Problem } from '../util/problem';
import { UNKNOWN_VALUE } from './fields';

/** Events of a red team: what an authentication event must equal, and who and from where. */
export interface RedTeam {
  /** `user@domain`, source host and destination host of each event. */
  readonly events: readonly { readonly time: number; readonly account: string; readonly source: string; readonly destination: string }[];
  readonly problems: readonly Problem[];
}

const HEADER: LogHeader = {
  format: 'lanlAuth', kind: 'redteam', headerBytes: 0, headerLines: 0, dialect: { separator: ',', headerLine: 'time,user@domain,source computer,destination computer' }, problems: [],
  fields: [{ name: 'time', type: 'time' }, { name: 'account', type: 'text' }, { name: 'source', type: 'text' }, { name: 'destination', type: 'text' }],
};

/** Reads LANL's `redteam.txt`: `time,user@domain,source computer,destination computer` a line. Lines that are none are problems. */
export function readRedTeam(bytes: Uint8Array): RedTeam {
  const events: RedTeam['events'][number][] = [];
  const problems: Problem[] = [];
  const reader = csvReader(HEADER, csvLayout(HEADER, (field) => (field.type === 'time' ? 'time' : 'trimmed')), {
    onProblem: (problem) => problems.push(problem),
    onTable: (table) => {
      const [time, account, source, destination] = [numberColumn(table, 'time'), ...['account', 'source', 'destination'].map((name) => textColumn(table, name))] as const;
      for (let row = 0; row < table.rowCount; row++) {
        if (time?.valid.has(row) === true) events.push({ time: time.values[row], account: textAt(account, row), source: textAt(source, row), destination: textAt(destination, row) });
      }
    },
  });
  reader.push(bytes);
  reader.finish();
  return { events, problems };
}

/**
 * Marks rows (1) that are events of the red team: time, source user@domain, source host and destination host are equal to the letter. Several rows may
 * be one event's. O(rows); texts are looked at only at the times of events.
 */
export function redRows(table: FlowTable, redTeam: RedTeam): Uint8Array {
  const red = new Uint8Array(table.rowCount);
  const { time, user, userDomain, source, destination } = table;
  if (time === undefined || redTeam.events.length === 0) return red;
  const times = new KeyIndex();
  const keys = new Set<string>();
  for (const event of redTeam.events) {
    times.add(event.time);
    keys.add(`${event.time},${event.account},${event.source},${event.destination}`);
  }
  for (let row = 0; row < table.rowCount; row++) {
    if (!time.valid.has(row) || times.get(time.values[row]) < 0) continue;
    if (keys.has(`${time.values[row]},${textAt(user, row)}@${textAt(userDomain, row)},${textAt(source, row)},${textAt(destination, row)}`)) red[row] = 1;
  }
  return red;
}

function textAt(column: TextColumn | undefined, row: number): string {
  const code = column?.codes[row] ?? 0;
  return column === undefined || code === 0 ? UNKNOWN_VALUE : column.dictionary.text(code);
}
