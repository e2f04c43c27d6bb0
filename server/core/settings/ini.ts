/** What a text of `key = value` lines gave. Lines count from 0. */
export interface IniText {
  readonly values: ReadonlyMap<string, string>;
  /** Lines whose key stands before: the first value counts. */
  readonly repeated: readonly { readonly line: number; readonly key: string }[];
  /** The first line that is none, where there is one; what comes behind it is not read. */
  readonly broken?: { readonly line: number; readonly text: string };
}

/** Reads the settings files of the reference tool: `key = value`, sections, `#` or `;` before comments; quotes around a value are left out. O(text). */
export function readIni(text: string): IniText {
  const values = new Map<string, string>();
  const repeated: { line: number; key: string }[] = [];
  for (const [line, untrimmed] of text.split(/\r?\n/).entries()) {
    const given = untrimmed.trim();
    if (given === '' || '#;['.includes(given[0])) continue;
    const at = given.indexOf('=');
    const key = given.slice(0, Math.max(0, at)).trim();
    if (key === '') return { values, repeated, broken: { line, text: given } };
    const value = given.slice(at + 1).trim();
    if (values.has(key)) repeated.push({ line, key });
    else values.set(key, value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);
  }
  return { values, repeated };
}
