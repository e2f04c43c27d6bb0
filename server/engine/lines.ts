import type { LogHeader } from '../core/formats/format';
import { formatById } from '../core/formats/registry';
import { decodeUtf8, encodeUtf8 } from '../core/util/utf8';

export interface FieldPlace {
  readonly field: number;
  readonly name: string;
  readonly text: string;
  /** UTF-16 units in the line. */
  readonly startCharacter: number;
  readonly endCharacter: number;
}

/** Cuts the bytes of one line into its fields, placed in UTF-16 units as editors count. */
export function fieldsOfLine(header: LogHeader, bytes: Uint8Array): FieldPlace[] {
  const places: FieldPlace[] = [];
  let at = 0;
  let character = 0;
  const advance = (to: number): number => {
    character += decodeUtf8(bytes, at, to).length;
    at = to;
    return character;
  };
  for (const { field, start, end } of formatById(header.format)?.split(header, bytes) ?? []) {
    const startCharacter = advance(start);
    places.push({ field, name: header.fields[field]?.name ?? `column ${field + 1}`, text: decodeUtf8(bytes, start, end), startCharacter, endCharacter: advance(end) });
  }
  return places;
}

export function fieldsOfText(header: LogHeader, line: string): FieldPlace[] {
  return fieldsOfLine(header, encodeUtf8(line));
}
