/**
 * What a column of a log holds, for its colour. Also the legend of the semantic tokens: a token's type is an index into it.
 * The manifest declares these types, with standard types of the editor above them.
 */
export const columnRoles = ['logTime', 'logHost', 'logPort', 'logProtocol', 'logNumber', 'logText', 'logLabel', 'logIdentifier'] as const;
export type ColumnRole = (typeof columnRoles)[number];

/** The first that matches the column's name; the names of Zeek, Argus, nfdump, UGR'16 and LANL. */
const rules: readonly (readonly [RegExp, ColumnRole])[] = [
  [/^(ts|time|starttime|lasttime|tr|te|td|dur|duration|.*_ts|timestamp|date.*)$/i, 'logTime'],
  [/(label|attack|class|verdict|detail)/i, 'logLabel'],
  [/(port|^sp$|^dp$|_p$|\.p$|id\.(orig|resp)_p)/i, 'logPort'],
  [/^(id\.(orig|resp)_h|id_(orig|resp)_h|srcaddr|dstaddr|srcmac|dstmac|sa|da|host|server_name|query|(src|dst)_pc|source computer|destination computer|.*_host|.*_hosts|.*addr|mac|.*_ip|ip)$/i, 'logHost'],
  [/^(uid|fuid|.*_uid|.*_uids|.*_fuids|parent_.*|fingerprint|.*_fps|md5|sha1|sha256|community_id|(src|dst)_(user|domain)|user|username|domainname|client)$/i, 'logIdentifier'],
  [/^(proto|protocol|pr|prot|service|conn_state|state|history|flg|flags?|fwd|dir|version|cipher|method|qtype_name|rcode_name|auth_type|logon_type|auth_orient|request_type|success)$/i, 'logProtocol'],
  [/(bytes|pkts|packets|count|len|size|rate|seq|tos|vlan|^byt|^pkt|^i(byt|pkt)|^o(byt|pkt)|_code$|depth)/i, 'logNumber'],
];

/** The role of a column by its name; text where no rule knows it. */
export function columnRole(name: string): ColumnRole {
  return rules.find(([pattern]) => pattern.test(name))?.[1] ?? 'logText';
}
