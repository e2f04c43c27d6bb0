import type { FlowField, FlowTable } from '../table/flow';
import type { Table } from '../table/table';
import { encodeUtf8 } from '../util/utf8';
import { csvLayout, csvReader, fieldNamed, typeOfKind } from './csv';
import type { CellKind } from './cells';
import { namesIn, uniqueNames } from './columnNames';
import { splitCells } from './delimited';
import { combineNumbers, mapTexts, numberColumn, present, textColumn, withoutText } from './flowColumns';
import type { Field, Format, LogHeader } from './format';
import { headLines, sampleLines } from './head';
import { problem } from './problems';
import { protocolName } from './protocols';
import type { RowContext } from './rowReader';

/** How the columns of Argus are read, by lower-case name; any other is text. */
const KINDS: ReadonlyMap<string, CellKind> = new Map([
  ...kinds('time', 'starttime lasttime'),
  ...kinds('number', 'dur stos dtos totpkts totbytes srcbytes dstbytes srcpkts dstpkts'),
  ...kinds('port', 'sport dport'),
  ...kinds('trimmed', 'dir'),
]);

const COMMON = 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes';

/** Columns of files that lost their header, by their number. */
const BY_COUNT: ReadonlyMap<number, string> = new Map([
  [13, COMMON],
  [14, `${COMMON},SrcBytes`],
  [15, `${COMMON},SrcBytes,Label`],
  [16, `${COMMON},SrcBytes,SrcPkts,Label`],
  [17, `${COMMON},SrcBytes,srcUdata,dstUdata,Label`],
]);

/** Columns that a header line names in this order, the first one at its start. */
const NAMED = ['proto', 'srcaddr'];
const HEADER = /^StartTime([,\t])/i;
const ROW = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d+([,\t])-?\d+\.\d+\1[\w-]+\1/;
const MANAGEMENT = encodeUtf8('man');

/** Flow records of Argus (`ra`), as in CTU-13: comma or TAB separated, times without zone taken as UTC, ports in decimal or hexadecimal. */
export const argus: Format = {
  id: 'argus',
  title: 'Argus flows',
  recognise: (head) => {
    const lines = headLines(head);
    const first = lines[0];
    const separator = HEADER.exec(first?.text ?? '')?.[1];
    const names = separator === undefined ? undefined : namesIn(first.text, separator)?.map((name) => name.trim());
    if (separator === undefined || names === undefined || !namesFlows(names)) return headerless(sampleLines(lines));
    return { format: 'argus', kind: 'flow', fields: fieldsOf(names), headerBytes: first.next, headerLines: 1, dialect: { separator, headerLine: first.text }, problems: [] };
  },
  reader: (header, options) => {
    const proto = header.fields.findIndex((field) => field.name.toLowerCase() === 'proto');
    const separator = header.dialect['separator'].charCodeAt(0);
    const before = (context: RowContext, bytes: Uint8Array, start: number, end: number): void => {
      if (isManagement(bytes, start, end, separator, proto)) context.report('management-record', () => 'protocol “man”');
    };
    return csvReader(header, layoutOf(header), options, { before });
  },
  flowFields: (header) => {
    const sources = sourcesOf(header);
    return new Map<FlowField, readonly string[]>([...sources].map(([field, names]) => [field, names.filter((name) => name !== undefined)]));
  },
  flow,
  split: (header, line) => splitCells(layoutOf(header), line),
};

function namesFlows(names: readonly string[]): boolean {
  const places = NAMED.map((wanted) => names.findIndex((name) => name.toLowerCase() === wanted));
  return places[0] > 0 && places[1] > places[0];
}

/** Whether the cell of this number is `man`. */
function isManagement(bytes: Uint8Array, start: number, end: number, separator: number, cell: number): boolean {
  let i = start;
  for (let left = cell; left > 0 && i < end; i++) if (bytes[i] === separator) left--;
  return i + 3 < end && bytes[i] === MANAGEMENT[0] && bytes[i + 1] === MANAGEMENT[1] && bytes[i + 2] === MANAGEMENT[2] && bytes[i + 3] === separator;
}

function headerless(rows: readonly string[]): LogHeader | undefined {
  const likely = rows.filter((row) => ROW.test(row));
  if (likely.length === 0 || likely.length * 2 < rows.length) return undefined;
  const separator = ROW.exec(likely[0])?.[1] ?? ',';
  const names = BY_COUNT.get(namesIn(likely[0], separator)?.length ?? 0)?.split(',');
  if (names === undefined) return undefined;
  const problems = [problem('no-header', `the usual names of ${names.length} Argus columns were taken`)];
  return { format: 'argus', kind: 'flow', fields: fieldsOf(names), headerBytes: 0, headerLines: 0, dialect: { separator }, problems };
}

function fieldsOf(names: readonly string[]): Field[] {
  return uniqueNames(names).map((name) => ({ name, type: typeOfKind(kindOf(name)) }));
}

function layoutOf(header: LogHeader): ReturnType<typeof csvLayout> {
  return csvLayout(header, (field) => kindOf(field.name));
}

function kindOf(name: string): CellKind {
  return KINDS.get(name.toLowerCase()) ?? 'text';
}

function kinds(kind: CellKind, names: string): [string, CellKind][] {
  return names.split(' ').map((name) => [name, kind]);
}

/** The columns behind each flow field; those that the log lacks are undefined. */
function sourcesOf(header: LogHeader): Map<FlowField, (string | undefined)[]> {
  const named = (...names: string[]): string | undefined => fieldNamed(header, ...names);
  const sources: [FlowField, (string | undefined)[]][] = [
    ['time', [named('StartTime')]],
    ['duration', [named('Dur')]],
    ['source', [named('SrcAddr')]],
    ['destination', [named('DstAddr')]],
    ['sourcePort', [named('Sport')]],
    ['destinationPort', [named('Dport')]],
    ['protocol', [named('Proto')]],
    ['state', [named('State')]],
    ['forwardBytes', [named('SrcBytes') ?? named('TotBytes')]],
    ['backwardBytes', [named('TotBytes'), named('SrcBytes')]],
    ['forwardPackets', [named('SrcPkts') ?? named('TotPkts')]],
    ['backwardPackets', [named('TotPkts'), named('SrcPkts')]],
    ['label', [named('Label')]],
  ];
  return new Map(sources.filter(([, names]) => names.every((name) => name !== undefined)));
}

/**
 * Forward is what the source sent. Without `SrcBytes` (`SrcPkts`) the total counts as forward and backward is absent. The
 * address `0` of management records is no address. Argus writes ICMP types into the port columns in its own way; they are left as they are.
 */
function flow(header: LogHeader, table: Table): FlowTable {
  const sources = sourcesOf(header);
  const number = (field: FlowField): ReturnType<typeof numberColumn> => numberColumn(table, sources.get(field)?.[0] ?? '');
  const text = (field: FlowField): ReturnType<typeof textColumn> => textColumn(table, sources.get(field)?.[0] ?? '');
  const rest = (field: FlowField): ReturnType<typeof numberColumn> => {
    const [total, forward] = (sources.get(field) ?? []).map((name) => numberColumn(table, name ?? ''));
    return total && forward && combineNumbers(total, forward, table.rowCount, (a, b) => (b <= a ? a - b : NaN));
  };
  const source = text('source');
  const destination = text('destination');
  const protocol = text('protocol');
  return present<FlowTable>({
    rowCount: table.rowCount,
    places: table.places,
    time: number('time'),
    duration: number('duration'),
    source: source && withoutText(source, '0'),
    destination: destination && withoutText(destination, '0'),
    sourcePort: number('sourcePort'),
    destinationPort: number('destinationPort'),
    protocol: protocol && mapTexts(protocol, protocolName),
    state: text('state'),
    forwardBytes: number('forwardBytes'),
    backwardBytes: rest('backwardBytes'),
    forwardPackets: number('forwardPackets'),
    backwardPackets: rest('backwardPackets'),
    label: text('label'),
  });
}
