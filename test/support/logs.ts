/** A Zeek conn.log written by hand: the fields that flows need and a label. */
const COLUMNS = 'ts time,uid string,id.orig_h addr,id.orig_p port,id.resp_h addr,id.resp_p port,proto enum,service string,duration interval,orig_bytes count,resp_bytes count,conn_state string,orig_pkts count,resp_pkts count,label string,note string'.split(',').map((c) => c.split(' '));

export interface ConnRow {
  readonly time?: number;
  readonly source?: string;
  readonly destination?: string;
  readonly port?: number;
  readonly service?: string;
  readonly bytes?: number;
  readonly state?: string;
  readonly label?: string;
  readonly note?: string;
}

/** The lines before the first row. */
export const connHeader: readonly string[] = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', '#path\tconn', `#fields\t${COLUMNS.map(([name]) => name).join('\t')}`, `#types\t${COLUMNS.map(([, type]) => type).join('\t')}`];

export function connLine({ time, source = '10.0.0.1', destination = '10.0.1.1', port = 443, service = 'ssl', bytes = 400, state = 'SF', label = 'Benign', note = '-' }: ConnRow, i = 0): string {
  return [time === undefined ? '-' : time.toFixed(6), `C${i}`, source, 40000 + (i % 1000), destination, port, 'tcp', service, state === 'SF' ? '0.5' : '-', bytes, bytes * 10, state, 6, 8, label, note].join('\t');
}

export function connLog(rows: readonly ConnRow[], end = '\n'): string {
  return [...connHeader, ...rows.map(connLine), ''].join(end);
}

/** Five clients that use two services of one server, every ten seconds. */
export function office(count: number, from = 0): ConnRow[] {
  return Array.from({ length: count }, (_, i) => ({ time: from + i * 10, source: `10.0.0.${1 + (i % 5)}`, port: i % 3 === 0 ? 80 : 443, service: i % 3 === 0 ? 'http' : 'ssl', bytes: 300 + (i % 17) * 10 }));
}

/** A stranger that knocks on many ports. */
export function scan(count: number, from = 0): ConnRow[] {
  return Array.from({ length: count }, (_, i) => ({ time: from + i, source: '10.9.9.9', port: 1 + i, service: '-', bytes: 0, state: 'S0', label: 'Malicious' }));
}
