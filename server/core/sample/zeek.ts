import type { Connection, LogName, LogRow } from './connection';

/** Fields of each log as Zeek 6 writes them, `name type` each, in order; `id` stands for the four of the connection. */
const schema: Readonly<Record<LogName, string>> = {
  conn: 'ts time,uid string,id,proto enum,service string,duration interval,orig_bytes count,resp_bytes count,conn_state string,local_orig bool,local_resp bool,missed_bytes count,history string,orig_pkts count,orig_ip_bytes count,resp_pkts count,resp_ip_bytes count,tunnel_parents set[string]',
  dns: 'ts time,uid string,id,proto enum,trans_id count,rtt interval,query string,qclass count,qclass_name string,qtype count,qtype_name string,rcode count,rcode_name string,AA bool,TC bool,RD bool,RA bool,Z count,answers vector[string],TTLs vector[interval],rejected bool',
  http: 'ts time,uid string,id,trans_depth count,method string,host string,uri string,referrer string,version string,user_agent string,origin string,request_body_len count,response_body_len count,status_code count,status_msg string,info_code count,info_msg string,tags set[enum],username string,password string,proxied set[string],orig_fuids vector[string],orig_filenames vector[string],orig_mime_types vector[string],resp_fuids vector[string],resp_filenames vector[string],resp_mime_types vector[string]',
  ssl: 'ts time,uid string,id,version string,cipher string,curve string,server_name string,resumed bool,last_alert string,next_protocol string,established bool,ssl_history string,cert_chain_fps vector[string],client_cert_chain_fps vector[string],sni_matches_cert bool',
  files: 'ts time,fuid string,uid string,id,source string,depth count,analyzers set[string],mime_type string,filename string,duration interval,local_orig bool,is_orig bool,seen_bytes count,total_bytes count,missing_bytes count,overflow_bytes count,timedout bool,parent_fuid string,md5 string,sha1 string,sha256 string,extracted string,extracted_cutoff bool,extracted_size count',
};

const idFields = 'id.orig_h addr,id.orig_p port,id.resp_h addr,id.resp_p port';

export const logNames = Object.keys(schema) as readonly LogName[];

const fields = Object.fromEntries(logNames.map((log) => [log, schema[log].replace(',id,', `,${idFields},`).split(',').map((field) => field.split(' '))])) as Record<LogName, string[][]>;

/** Names of the fields of a log, in order. */
export const fieldNames = (log: LogName): readonly string[] => fields[log].map(([name]) => name!);

/** The header block of a log that was opened at `time` (seconds since 1970). */
export function zeekHeader(log: LogName, time: number): string {
  const column = (i: number): string => fields[log].map((field) => field[i]).join('\t');
  return `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t${log}\n#open\t${stamp(time)}\n#fields\t${column(0)}\n#types\t${column(1)}\n`;
}

export const zeekFooter = (time: number): string => `#close\t${stamp(time)}\n`;

/** Year-month-day-hour-minute-second, in UTC. */
const stamp = (time: number): string => new Date(time * 1000).toISOString().slice(0, 19).replace(/[T:]/g, '-');

const endpoints = (c: Connection): string => `${c.source}\t${c.sourcePort}\t${c.destination}\t${c.destinationPort}`;
const local = (address: string): string => (address.startsWith('10.') ? 'T' : 'F');

export function connRow(c: Connection): string {
  const answered = c.duration > 0;
  return [
    c.time.toFixed(6), c.uid, endpoints(c), c.protocol, c.service ?? '-', answered ? c.duration.toFixed(6) : '-', answered ? c.forwardBytes : '-', answered ? c.backwardBytes : '-', c.state,
    local(c.source), local(c.destination), 0, c.history || '-', c.forwardPackets, ipBytes(c, c.forwardPackets, c.forwardBytes), c.backwardPackets, ipBytes(c, c.backwardPackets, c.backwardBytes), '-',
  ].join('\t') + '\n';
}

/** A row of one of the other logs. */
export function zeekRow(c: Connection, row: LogRow): string {
  const start = row.log === 'files' ? `${row.time.toFixed(6)}\t${row.cells[0]}\t${c.uid}` : `${row.time.toFixed(6)}\t${c.uid}`;
  return `${start}\t${endpoints(c)}\t${(row.log === 'files' ? row.cells.slice(1) : row.cells).join('\t')}\n`;
}

/** Bytes with IP and transport headers: 20 + 20 for TCP (32 with its time stamps, which all our hosts send), 20 + 8 otherwise. */
export const ipBytes = (c: Connection, packets: number, payload: number): number => payload + packets * (c.protocol === 'tcp' ? 52 : 28);
