import type { FieldType } from './format';

/** Fields of Zeek's standard logs that hold times, by name. */
const TIMES = words(`ts _write_ts certificate.not_valid_after certificate.not_valid_before compile_ts nextUpdate not_valid_after
  not_valid_before org_time rec_time ref_time revoketime thisUpdate till times.accessed times.changed times.created times.modified
  up_since xmt_time`);

/** Fields of Zeek's standard logs that hold counts, ports, intervals or reals. Names that mean text in some log are left out. */
const NUMBERS = words(`Z acks active_dns_requests active_files active_icmp_conns active_tcp_conns active_timers active_udp_conns
  auth_attempts basic_constraints.path_len bytes bytes_recv cert_count certificate.key_length certificate.version data_channel.resp_p
  depth desktop_height desktop_width dns_requests duration events_proc events_queued extracted_size file_size files gaps
  get_bulk_requests get_requests get_responses height hits host_p icmp_conns id.orig_p id.resp_p info_code ip_proto lease_time mem
  message_id missed_bytes missing_bytes n notary.first_seen notary.last_seen notary.times_seen num_exts orig_bytes orig_ip_bytes
  orig_pkts overflow_bytes p percent_lost pkt_lag pkts_dropped pkts_filtered pkts_link pkts_proc poll port_num precision qclass qtype
  rcode reassem_file_size reassem_frag_size reassem_tcp_size reassem_unknown_size remote_location.latitude remote_location.longitude
  reply_code request_body_len resp_bytes resp_ip_bytes resp_pkts response_body_len result_count root_delay root_disp rtt seen_bytes
  set_requests size status_code stratum suppress_for tcp_conns timers total_bytes trans_depth trans_id ts_delta udp_conns uniq_hosts
  version.major version.minor version.minor2 version.minor3 width`);

/** Fields by which a log of a kind is known when it does not say its kind: all of a line must be there. First match counts. */
const SIGNATURES: readonly (readonly [kind: string, fields: readonly string[]])[] = [
  ['conn', ['uid', 'id.orig_h', 'proto', 'conn_state']],
  ['dns', ['uid', 'id.orig_h', 'trans_id', 'qclass']],
  ['dns', ['uid', 'id.orig_h', 'trans_id', 'rejected']],
  ['http', ['uid', 'id.orig_h', 'trans_depth', 'request_body_len']],
  ['smtp', ['uid', 'id.orig_h', 'trans_depth', 'helo']],
  ['ssl', ['uid', 'id.orig_h', 'established', 'resumed']],
  ['ssh', ['uid', 'id.orig_h', 'auth_attempts']],
  ['files', ['fuid', 'source', 'analyzers']],
  ['x509', ['certificate.serial', 'certificate.subject']],
  ['kerberos', ['uid', 'id.orig_h', 'request_type']],
  ['ntlm', ['uid', 'id.orig_h', 'username', 'domainname']],
  ['dce_rpc', ['uid', 'id.orig_h', 'endpoint', 'operation']],
  ['smb_files', ['uid', 'id.orig_h', 'action', 'path']],
  ['smb_mapping', ['uid', 'id.orig_h', 'path', 'share_type']],
  ['ntp', ['uid', 'id.orig_h', 'stratum']],
  ['tunnel', ['uid', 'id.orig_h', 'tunnel_type']],
  ['dhcp', ['uids', 'msg_types']],
  ['dhcp', ['uid', 'assigned_ip', 'lease_time']],
  ['arp', ['operation', 'src_mac', 'dst_mac']],
  ['pe', ['id', 'machine', 'subsystem']],
  ['software', ['host', 'software_type']],
  ['notice', ['note', 'actions']],
  ['notice', ['note', 'msg', 'suppress_for']],
  ['weird', ['name', 'notice', 'peer']],
  ['packet_filter', ['node', 'filter', 'init']],
  ['stats', ['peer', 'pkts_proc', 'events_proc']],
  ['capture_loss', ['ts_delta', 'peer', 'gaps']],
  ['known_hosts', ['ts', 'host']],
];

/** The usual columns of conn.log, for logs that lost their header: by number of columns. */
const CONN = words(`ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig
  local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents`);

const CONN_BY_COUNT: ReadonlyMap<number, readonly string[]> = new Map([
  [20, CONN.filter((name) => name !== 'local_resp')],
  [21, CONN],
  [22, [...CONN, 'ip_proto']],
  [23, [...CONN, 'label', 'detailedlabel']],
]);

const TIME_SET: ReadonlySet<string> = new Set(TIMES);
const NUMBER_SET: ReadonlySet<string> = new Set(NUMBERS);
const DECLARED_NUMBERS: ReadonlySet<string> = new Set(['count', 'int', 'double', 'interval', 'port', 'counter']);

/** What a field holds by the type its log declares; sets, vectors, addresses, booleans and unknown types are text. */
export function typeOfDeclared(declared: string): FieldType {
  return declared === 'time' ? 'time' : DECLARED_NUMBERS.has(declared) ? 'number' : 'text';
}

/** What a field of this name usually holds; undefined for names that Zeek's standard logs do not have or use for text. */
export function usualType(name: string): 'time' | 'number' | undefined {
  return TIME_SET.has(name) ? 'time' : NUMBER_SET.has(name) ? 'number' : undefined;
}

/** The kind of log that has these fields, as far as it can be told. */
export function kindOf(fields: ReadonlySet<string>): string | undefined {
  return SIGNATURES.find(([, names]) => names.every((name) => fields.has(name)))?.[0];
}

/** The columns of a conn.log of this many columns. */
export function connFields(count: number): readonly string[] | undefined {
  return CONN_BY_COUNT.get(count);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
