import { argus } from './argus';
import { flexfringeCsv } from './flexfringeCsv';
import type { Format, FormatId, LogHeader } from './format';
import { lanlAuth } from './lanlAuth';
import { mappedCsv } from './mappedCsv';
import { nfdump } from './nfdump';
import { ugr16 } from './ugr16';
import { zeekJson } from './zeekJson';
import { zeekTsv } from './zeekTsv';

/** Every format there is, in the order in which they are tried. */
export const formats: readonly Format[] = [zeekTsv, zeekJson, argus, nfdump, ugr16, lanlAuth, flexfringeCsv, mappedCsv];

const BY_ID: ReadonlyMap<FormatId, Format> = new Map(formats.map((format) => [format.id, format]));

/** The format with this id; undefined only for ids of other versions. */
export function formatById(id: FormatId): Format | undefined {
  return BY_ID.get(id);
}

/**
 * Finds out by content alone what log starts with these bytes (up to 64 kB are looked at); undefined when it is none, as for text, configuration files and other JSON.
 */
export function recognise(head: Uint8Array): LogHeader | undefined {
  const sample = head.subarray(0, 65536);
  for (const format of formats) {
    const header = format.recognise(sample);
    if (header !== undefined) return header;
  }
  return undefined;
}
