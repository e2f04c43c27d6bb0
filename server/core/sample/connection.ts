import type { Draw } from './draw';

export type LogName = 'conn' | 'dns' | 'http' | 'ssl' | 'files';

/** A row that a protocol analyser writes beside the connection's own; `cells` follow the addresses (for `files` the first is the fuid). */
export interface LogRow {
  readonly log: Exclude<LogName, 'conn'>;
  readonly time: number;
  readonly cells: readonly (string | number)[];
}

/** One connection of the office; it becomes one row of conn.log, one of the Argus file, and `rows`. */
export interface Connection {
  /** Start, seconds since 1970. */
  readonly time: number;
  /** Seconds; 0 when no answer came. */
  readonly duration: number;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly source: string;
  /** For ICMP: type and code, as Zeek has it. */
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly service?: string;
  /** Zeek's conn_state and history. */
  readonly state: string;
  readonly history: string;
  /** Payload. */
  readonly forwardBytes: number;
  readonly backwardBytes: number;
  readonly forwardPackets: number;
  readonly backwardPackets: number;
  readonly uid: string;
  /** Name of the attack it belongs to. */
  readonly label?: string;
  readonly rows: readonly LogRow[];
}

/** What makes connections of one source of activity: its random choices and its identifiers. */
export interface Maker {
  readonly draw: Draw;
  readonly uid: () => string;
  readonly fuid: () => string;
  readonly label?: string;
}

type Essential = Pick<Connection, 'time' | 'duration' | 'source' | 'destination' | 'destinationPort' | 'forwardBytes' | 'backwardBytes'> & { readonly service?: string; readonly rows?: readonly LogRow[]; readonly uid?: string };

const segment = 1448;

/** A TCP connection that was opened, carried data and was closed. Packets follow from the bytes: full segments, an acknowledgement for every two. */
export function tcp(maker: Maker, c: Essential): Connection {
  const forwardData = Math.ceil(c.forwardBytes / segment), backwardData = Math.ceil(c.backwardBytes / segment);
  const forwardPackets = 4 + forwardData + Math.ceil(backwardData / 2), backwardPackets = 3 + backwardData + Math.ceil(forwardData / 2);
  const reset = maker.draw.chance(0.03);
  return make(maker, { ...c, protocol: 'tcp', state: reset ? 'RSTO' : 'SF', history: reset ? 'ShADadR' : 'ShADadFf', forwardPackets, backwardPackets });
}

/** A TCP attempt that failed: refused (the other side resets) or unanswered. */
export function tcpFailed(maker: Maker, c: Pick<Connection, 'time' | 'source' | 'destination' | 'destinationPort'>, answer: 'refused' | 'none'): Connection {
  const refused = answer === 'refused';
  return make(maker, { ...c, protocol: 'tcp', duration: refused ? maker.draw.logNormal(0.0004, 0.5) : 0, forwardBytes: 0, backwardBytes: 0, state: refused ? 'REJ' : 'S0', history: refused ? 'Sr' : 'S', forwardPackets: 1, backwardPackets: refused ? 1 : 0 });
}

/** A question and an answer over UDP. */
export function udp(maker: Maker, c: Essential): Connection {
  return make(maker, { ...c, protocol: 'udp', state: 'SF', history: 'Dd', forwardPackets: 1, backwardPackets: 1 });
}

/** An ICMP echo request, answered when `duration` is above 0. */
export function ping(maker: Maker, c: Pick<Connection, 'time' | 'duration' | 'source' | 'destination'>): Connection {
  const answered = c.duration > 0;
  return make(maker, { ...c, protocol: 'icmp', sourcePort: 8, destinationPort: 0, forwardBytes: 56, backwardBytes: answered ? 56 : 0, state: 'OTH', history: '', forwardPackets: 1, backwardPackets: answered ? 1 : 0 });
}

function make(maker: Maker, c: Omit<Connection, 'uid' | 'rows' | 'sourcePort'> & { sourcePort?: number; uid?: string; rows?: readonly LogRow[] }): Connection {
  const { label } = maker;
  return { sourcePort: maker.draw.between(32768, 60999), rows: [], ...c, time: Math.round(c.time * 1e6) / 1e6, uid: c.uid ?? maker.uid(), ...(label === undefined ? {} : { label }) };
}
