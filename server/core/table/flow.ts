import type { NumberColumn, Places, TextColumn } from './table';

/**
 * The common view of a log of network flows. A member is absent when the format has no such field; a value is missing
 * (see `NumberColumn`, `TextColumn`) when the row has none.
 * "Forward" is from source (who opened the flow) to destination, "backward" the other way.
 */
export interface FlowTable {
  readonly rowCount: number;
  readonly places: Places;
  /** Seconds since 1970, or since the start of the capture where the log counts so. */
  readonly time?: NumberColumn;
  /** Seconds. */
  readonly duration?: NumberColumn;
  readonly source?: TextColumn;
  readonly destination?: TextColumn;
  readonly sourcePort?: NumberColumn;
  /** For ICMP: type * 256 + code where the format has them. */
  readonly destinationPort?: NumberColumn;
  /** Lower-case name: tcp, udp, icmp, arp, ... */
  readonly protocol?: TextColumn;
  readonly service?: TextColumn;
  /** Connection state in the words of the format (Zeek conn_state, Argus State, TCP flags of NetFlow). */
  readonly state?: TextColumn;
  readonly forwardBytes?: NumberColumn;
  readonly backwardBytes?: NumberColumn;
  readonly forwardPackets?: NumberColumn;
  readonly backwardPackets?: NumberColumn;
  readonly label?: TextColumn;
  /** The row's symbol, where the log was made discrete by others (FlexFringe CSV). */
  readonly symbol?: TextColumn;
}

/** Names of the members of `FlowTable` that are columns. */
export type FlowField = Exclude<keyof FlowTable, 'rowCount' | 'places'>;
