import type { FlowTable } from '../table/flow';
import { EVENT_FIELDS, referenceTarget, TARGET_USER, UNKNOWN_VALUE } from './fields';

/**
 * Whose events are read: of all accounts; of `people`, without machine accounts (`...$`) and those that Windows makes for itself; or of
 * users as the published system tells them in LANL's data, by a name that starts with `U` (`reference`).
 */
export type Accounts = 'all' | 'people' | 'reference';

/** Accounts of Windows itself. */
const OWN = /^(ANONYMOUS LOGON|SYSTEM|LOCAL SERVICE|NETWORK SERVICE|DWM-\d+|UMFD-\d+)$/i;

/** Whether an account belongs to these; rows without an account belong to `all` only. */
export function isOf(accounts: Accounts, user: string): boolean {
  if (accounts === 'reference') return user.startsWith('U');
  return accounts === 'all' || !(user === '' || user.endsWith('$') || OWN.test(user));
}

/** Tells for each row whether its user belongs to these accounts. O(texts + rows). */
export function accountRows(table: FlowTable, accounts: Accounts): (row: number) => boolean {
  const { user } = table;
  if (accounts === 'all') return () => true;
  if (user === undefined) return () => false;
  const wanted = Uint8Array.from({ length: user.dictionary.size }, (_, code) => (code > 0 && isOf(accounts, user.dictionary.text(code)) ? 1 : 0));
  return (row) => wanted[user.codes[row]] === 1;
}

/** A row as the published system writes it: time, the ten fields (target users without `$`), and whether it is red (0 or 1). */
export function referenceLine(table: FlowTable, row: number, red: number): string {
  const cells = EVENT_FIELDS.map(({ member }, position) => {
    const column = table[member];
    const text = column === undefined || column.codes[row] === 0 ? UNKNOWN_VALUE : column.dictionary.text(column.codes[row]);
    return position === TARGET_USER ? referenceTarget(text) : text;
  });
  return [table.time?.valid.has(row) === true ? table.time.values[row] : UNKNOWN_VALUE, ...cells, red].join(',');
}
