import type { FlowField, FlowTable } from '../table/flow';
import type { Table } from '../table/table';
import { encodeUtf8 } from '../util/utf8';
import { csvLayout, csvReader, fieldNamed, typeOfKind } from './csv';
import type { CellKind } from './cells';
import { equals } from './cells';
import { splitCells } from './delimited';
import { combineNumbers, mapTexts, numberColumn, present, textColumn } from './flowColumns';
import type { Format, LogHeader } from './format';
import { namesIn, uniqueNames } from './columnNames';
import { headLines } from './head';
import { protocolName } from './protocols';

/** How the columns are read, by lower-case name, in the layouts of nfdump 1.6 (short names) and 1.7; any other is text. */
const KINDS: ReadonlyMap<string, CellKind> = new Map([
  ...kinds('timeOrMilliseconds', 'ts te tr firstseen lastseen received'),
  ...kinds('duration', 'td duration'),
  ...kinds(
    'number',
    `sp dp srcport dstport fwd stos dtos ipkt ibyt opkt obyt pkt byt packets bytes inpackets inbytes outpackets outbytes flows in out input output sas das srcas
    dstas smk dmk srcmask dstmask dir svln dvln cl sl al exid cnt af srctos dsttos`,
  ),
]);

/** Columns behind each flow field, in either layout. */
const SOURCES: ReadonlyMap<FlowField, readonly string[]> = new Map([
  ['time', ['ts', 'firstSeen']],
  ['duration', ['td', 'duration']],
  ['source', ['sa', 'srcAddr']],
  ['destination', ['da', 'dstAddr']],
  ['sourcePort', ['sp', 'srcPort']],
  ['destinationPort', ['dp', 'dstPort']],
  ['protocol', ['pr', 'proto']],
  ['state', ['flg', 'flags']],
  ['forwardBytes', ['ibyt', 'byt', 'bytes', 'inBytes']],
  ['backwardBytes', ['obyt', 'outBytes']],
  ['forwardPackets', ['ipkt', 'pkt', 'packets', 'inPackets']],
  ['backwardPackets', ['opkt', 'outPackets']],
  ['label', ['label']],
]);

const COMMA = 44;
const ZERO = 48;
const NINE = 57;

const REQUIRED: readonly FlowField[] = ['time', 'source', 'destination', 'protocol', 'forwardPackets'];

const SUMMARY = ['Summary', 'flows,bytes', 'Time window', 'Total', 'Sys:', 'Blocks', 'No match', 'Date first'].map(encodeUtf8);

/** The CSV output of nfdump; times without zone are taken as UTC. The summary that may stand at its end is no row. */
export const nfdump: Format = {
  id: 'nfdump',
  title: 'nfdump CSV',
  recognise: (head) => {
    const first = headLines(head, 1)[0];
    const names = first === undefined ? undefined : namesIn(first.text, ',');
    if (first === undefined || names === undefined || names.length < 2) return undefined;
    const fields = uniqueNames(names.map((name) => name.trim())).map((name) => ({ name, type: typeOfKind(kindOf(name)) }));
    const header: LogHeader = { format: 'nfdump', kind: 'flow', fields, headerBytes: first.next, headerLines: 1, dialect: { separator: ',', headerLine: first.text }, problems: [] };
    return REQUIRED.every((field) => sourceOf(header, field) !== undefined) ? header : undefined;
  },
  reader: (header, options) => csvReader(header, layoutOf(header), options, { skip: (bytes, start, end) => isSummary(bytes, start, end, header.fields.length) }),
  flowFields: (header) => {
    const fields = [...SOURCES.keys()].flatMap((field): [FlowField, string[]][] => {
      const source = sourceOf(header, field);
      return source === undefined ? [] : [[field, [source]]];
    });
    const ends = endsOf(header);
    return new Map<FlowField, readonly string[]>(ends === undefined ? fields : [...fields, ['duration', ends]]);
  },
  flow,
  split: (header, line) => splitCells(layoutOf(header), line),
};

/**
 * Forward is what nfdump calls input. ICMP type and code are packed into the destination port as type * 256 + code. Layouts
 * without duration have it from the times of the first and the last packet.
 */
function flow(header: LogHeader, table: Table): FlowTable {
  const number = (field: FlowField): ReturnType<typeof numberColumn> => numberColumn(table, sourceOf(header, field) ?? '');
  const text = (field: FlowField): ReturnType<typeof textColumn> => textColumn(table, sourceOf(header, field) ?? '');
  const protocol = text('protocol');
  const [first, last] = (endsOf(header) ?? []).map((name) => numberColumn(table, name));
  return present<FlowTable>({
    rowCount: table.rowCount,
    places: table.places,
    time: number('time'),
    duration: first && last ? combineNumbers(first, last, table.rowCount, (from, to) => (to >= from ? to - from : NaN)) : number('duration'),
    source: text('source'),
    destination: text('destination'),
    sourcePort: number('sourcePort'),
    destinationPort: number('destinationPort'),
    protocol: protocol && mapTexts(protocol, protocolName),
    state: text('state'),
    forwardBytes: number('forwardBytes'),
    backwardBytes: number('backwardBytes'),
    forwardPackets: number('forwardPackets'),
    backwardPackets: number('backwardPackets'),
    label: text('label'),
  });
}

/** The columns of the first and the last packet's time, in layouts that have no duration. */
function endsOf(header: LogHeader): [first: string, last: string] | undefined {
  const first = sourceOf(header, 'time');
  const last = fieldNamed(header, 'te', 'lastSeen');
  return sourceOf(header, 'duration') === undefined && first !== undefined && last !== undefined ? [first, last] : undefined;
}

function sourceOf(header: LogHeader, field: FlowField): string | undefined {
  return fieldNamed(header, ...(SOURCES.get(field) ?? []));
}

/** Whether the line belongs to the summary; told from the line alone, because a file may be read in parts. */
function isSummary(bytes: Uint8Array, start: number, end: number, columns: number): boolean {
  const first = bytes[start];
  if (first > NINE) return SUMMARY.some((words) => words[0] === first && words.length <= end - start && equals(bytes, start, words));
  return end - start <= 160 && columns > 8 && isFigures(bytes, start, end);
}

/** Whether the line is four to eight whole numbers between commas. */
function isFigures(bytes: Uint8Array, start: number, end: number): boolean {
  let commas = 0;
  let digits = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === COMMA && digits > 0) {
      commas++;
      digits = 0;
    } else if (byte >= ZERO && byte <= NINE) digits++;
    else return false;
  }
  return digits > 0 && commas >= 3 && commas <= 7;
}

function layoutOf(header: LogHeader): ReturnType<typeof csvLayout> {
  return csvLayout(header, (field) => kindOf(field.name));
}

function kindOf(name: string): CellKind {
  return KINDS.get(name.toLowerCase()) ?? 'trimmed';
}

function kinds(kind: CellKind, names: string): [string, CellKind][] {
  return names.split(/\s+/).map((name) => [name, kind]);
}
