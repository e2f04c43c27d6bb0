import type { NumberColumn, Places, TextColumn } from './table';

/**
 * The common view of a log of flows or of authentication events. A member is absent when the format has no such field; a value is missing
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
  /** Authentication events: the account that authenticates, without its domain. Machine accounts end with `$`. Hosts are `source` and `destination`. */
  readonly user?: TextColumn;
  readonly userDomain?: TextColumn;
  /** The account, or the service, that is logged on to. */
  readonly targetUser?: TextColumn;
  readonly targetDomain?: TextColumn;
  /** Kerberos, NTLM, Negotiate, ... */
  readonly authType?: TextColumn;
  /** In the words of Windows: Network, Interactive, Service, ... */
  readonly logonType?: TextColumn;
  /** What happened: LogOn, LogOff, TGT, TGS, AuthMap, ... */
  readonly orientation?: TextColumn;
  /** Success or Fail. */
  readonly outcome?: TextColumn;
  /** The row's symbol, where the log was made discrete by others (FlexFringe CSV). */
  readonly symbol?: TextColumn;
}

/** Names of the members of `FlowTable` that are columns. */
export type FlowField = Exclude<keyof FlowTable, 'rowCount' | 'places'>;
