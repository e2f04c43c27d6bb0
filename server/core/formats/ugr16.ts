import type { FlowField, FlowTable } from '../table/flow';
import type { Table } from '../table/table';
import { csvLayout, csvReader, typeOfKind } from './csv';
import type { CellKind } from './cells';
import { splitCells } from './delimited';
import { combineNumbers, mapTexts, numberColumn, present, textColumn } from './flowColumns';
import type { Format, LogHeader } from './format';
import { headLines, sampleLines } from './head';
import { protocolName } from './protocols';

/** Columns of the two layouts. The native one has no header line; NetShare's has, with addresses as 32 bit numbers. */
const NATIVE: readonly (readonly [name: string, kind: CellKind])[] = [
  ['te', 'time'], ['td', 'duration'], ['sa', 'text'], ['da', 'text'], ['sp', 'number'], ['dp', 'number'], ['pr', 'text'], ['flg', 'text'],
  ['fwd', 'number'], ['stos', 'number'], ['pkt', 'number'], ['byt', 'number'], ['label', 'text'],
];
const NETSHARE: typeof NATIVE = [
  ['srcip', 'ipv4Number'], ['dstip', 'ipv4Number'], ['srcport', 'number'], ['dstport', 'number'], ['proto', 'text'], ['ts', 'microseconds'], ['td', 'duration'],
  ['pkt', 'number'], ['byt', 'number'], ['type', 'text'],
];

const KINDS: ReadonlyMap<string, CellKind> = new Map([...NATIVE, ...NETSHARE]);

const NATIVE_ROW = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?,\d+(\.\d+)?,[\da-fA-F.:]+,[\da-fA-F.:]+,\d+,\d+,[\w-]+,[\w.]+,\d+,\d+,\d+,\d+,[^,]+$/;
const NETSHARE_HEADER = NETSHARE.map(([name]) => name).join(',');

const NATIVE_SOURCES: ReadonlyMap<FlowField, readonly string[]> = new Map([
  ['time', ['te', 'td']], ['duration', ['td']], ['source', ['sa']], ['destination', ['da']], ['sourcePort', ['sp']], ['destinationPort', ['dp']], ['protocol', ['pr']],
  ['state', ['flg']], ['forwardBytes', ['byt']], ['forwardPackets', ['pkt']], ['label', ['label']],
]);
const NETSHARE_SOURCES: typeof NATIVE_SOURCES = new Map([
  ['time', ['ts']], ['duration', ['td']], ['source', ['srcip']], ['destination', ['dstip']], ['sourcePort', ['srcport']], ['destinationPort', ['dstport']], ['protocol', ['proto']],
  ['forwardBytes', ['byt']], ['forwardPackets', ['pkt']], ['label', ['type']],
]);

/** Flows of the UGR'16 data set, as published (times of the flow's end, UTC) and as NetShare repacked them (microseconds). */
export const ugr16: Format = {
  id: 'ugr16',
  title: 'UGR’16 flows',
  recognise: (head) => {
    const lines = headLines(head);
    if (lines[0]?.text === NETSHARE_HEADER) return headerOf('netshare', lines[0].next);
    const rows = sampleLines(lines);
    const likely = rows.filter((row) => NATIVE_ROW.test(row));
    return likely.length > 0 && likely.length * 2 >= rows.length ? headerOf('native', 0) : undefined;
  },
  reader: (header, options) => csvReader(header, layoutOf(header), options),
  flowFields: sourcesOf,
  flow,
  split: (header, line) => splitCells(layoutOf(header), line),
};

function headerOf(layout: 'native' | 'netshare', headerBytes: number): LogHeader {
  const columns = layout === 'native' ? NATIVE : NETSHARE;
  const fields = columns.map(([name, kind]) => ({ name, type: typeOfKind(kind) }));
  const dialect = { layout, separator: ',', ...(layout === 'netshare' && { headerLine: NETSHARE_HEADER }) };
  return { format: 'ugr16', kind: 'flow', fields, headerBytes, headerLines: layout === 'native' ? 0 : 1, dialect, problems: [] };
}

function layoutOf(header: LogHeader): ReturnType<typeof csvLayout> {
  return csvLayout(header, (field) => KINDS.get(field.name) ?? 'text');
}

function sourcesOf(header: LogHeader): ReadonlyMap<FlowField, readonly string[]> {
  return header.dialect['layout'] === 'native' ? NATIVE_SOURCES : NETSHARE_SOURCES;
}

/** A flow's time is its start: the end less the duration in the native layout. Only one direction is counted. */
function flow(header: LogHeader, table: Table): FlowTable {
  const sources = sourcesOf(header);
  const number = (field: FlowField): ReturnType<typeof numberColumn> => numberColumn(table, sources.get(field)?.[0] ?? '');
  const text = (field: FlowField): ReturnType<typeof textColumn> => textColumn(table, sources.get(field)?.[0] ?? '');
  const time = number('time');
  const duration = number('duration');
  const protocol = text('protocol');
  return present<FlowTable>({
    rowCount: table.rowCount,
    places: table.places,
    time: header.dialect['layout'] === 'native' && time && duration ? combineNumbers(time, duration, table.rowCount, (end, length) => end - length) : time,
    duration,
    source: text('source'),
    destination: text('destination'),
    sourcePort: number('sourcePort'),
    destinationPort: number('destinationPort'),
    protocol: protocol && mapTexts(protocol, protocolName),
    state: text('state'),
    forwardBytes: number('forwardBytes'),
    forwardPackets: number('forwardPackets'),
    label: text('label'),
  });
}
