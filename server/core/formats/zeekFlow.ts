import { BitSet } from '../util/bitset';
import type { FlowField, FlowTable } from '../table/flow';
import { MISSING } from '../table/dictionary';
import type { NumberColumn, Table, TextColumn } from '../table/table';
import { numberColumn, present, textColumn, withoutText } from './flowColumns';
import type { LogHeader } from './format';
import { zeekAuthFields, zeekAuthFlow } from './zeekAuth';

const FIELDS: ReadonlyMap<FlowField, readonly string[]> = new Map([
  ['time', ['ts']],
  ['duration', ['duration']],
  ['source', ['id.orig_h']],
  ['destination', ['id.resp_h']],
  ['sourcePort', ['id.orig_p', 'proto']],
  ['destinationPort', ['id.resp_p', 'id.orig_p', 'proto']],
  ['protocol', ['proto']],
  ['service', ['service']],
  ['state', ['conn_state']],
  ['forwardPackets', ['orig_pkts']],
  ['backwardPackets', ['resp_pkts']],
  ['label', ['label']],
]);

/**
 * Fields of conn.log that make a flow, and of the logs of authentication events. Bytes are those of the payload (`orig_bytes`, `resp_bytes`) where the log has these
 * columns, and those of the IP packets (`*_ip_bytes`) only in logs that do not: the two scales are never mixed in one log,
 * so a connection without payload count has no bytes rather than IP bytes.
 */
export function zeekFlowFields(header: LogHeader): ReadonlyMap<FlowField, readonly string[]> {
  if (header.kind !== 'conn') return zeekAuthFields(header) ?? new Map<FlowField, readonly string[]>();
  return new Map<FlowField, readonly string[]>([...FIELDS, ['forwardBytes', [bytesField(header, 'orig')]], ['backwardBytes', [bytesField(header, 'resp')]]]);
}

/** The common view of conn.log and of the logs of authentication events. */
export function zeekFlow(header: LogHeader, table: Table): FlowTable {
  return zeekAuthFlow(header, table) ?? connFlow(header, table);
}

/**
 * The flow view of conn.log, TSV or JSON. ICMP has no ports: Zeek writes the type as source port and the code as destination
 * port, so the view has type * 256 + code as destination port and no source port.
 */
function connFlow(header: LogHeader, table: Table): FlowTable {
  const rows = table.rowCount;
  const protocol = textColumn(table, 'proto');
  const sourcePort = numberColumn(table, 'id.orig_p');
  const destinationPort = numberColumn(table, 'id.resp_p');
  const label = textColumn(table, 'label');
  const ports = icmpPorts(protocol, sourcePort, destinationPort, rows);
  return present<FlowTable>({
    rowCount: rows,
    places: table.places,
    time: numberColumn(table, 'ts'),
    duration: numberColumn(table, 'duration'),
    source: textColumn(table, 'id.orig_h'),
    destination: textColumn(table, 'id.resp_h'),
    sourcePort: ports.source,
    destinationPort: ports.destination,
    protocol,
    service: textColumn(table, 'service'),
    state: textColumn(table, 'conn_state'),
    forwardBytes: numberColumn(table, bytesField(header, 'orig')),
    backwardBytes: numberColumn(table, bytesField(header, 'resp')),
    forwardPackets: numberColumn(table, 'orig_pkts'),
    backwardPackets: numberColumn(table, 'resp_pkts'),
    label: label && withoutText(label, ''),
  });
}

function bytesField(header: LogHeader, side: 'orig' | 'resp'): string {
  const names = new Set(header.fields.map((field) => field.name));
  return !names.has(`${side}_bytes`) && names.has(`${side}_ip_bytes`) ? `${side}_ip_bytes` : `${side}_bytes`;
}

function icmpPorts(protocol: TextColumn | undefined, source: NumberColumn | undefined, destination: NumberColumn | undefined, rows: number): { source: NumberColumn | undefined; destination: NumberColumn | undefined } {
  const icmp = protocol?.dictionary.find('icmp') ?? MISSING;
  if (protocol === undefined || icmp === MISSING || !protocol.codes.includes(icmp)) return { source, destination };
  // A column that the table lacks is as one without values: where headers change, which columns a table has depends on where it begins.
  const from = source && copy(source);
  const to = destination && copy(destination);
  for (let row = 0; row < rows; row++) {
    if (protocol.codes[row] !== icmp) continue;
    if (from && to && from.valid.has(row) && to.valid.has(row)) to.values[row] += from.values[row] * 256;
    else if (to) clear(to, row);
    if (from) clear(from, row);
  }
  return { source: from, destination: to };
}

function clear(column: NumberColumn, row: number): void {
  column.values[row] = 0;
  column.valid.delete(row);
}

function copy(column: NumberColumn): NumberColumn {
  return { kind: 'number', values: column.values.slice(), valid: new BitSet(0, column.valid.words.slice()) };
}
