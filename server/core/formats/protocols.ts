/** Names of IP protocols by number (IANA, the ones that flow logs show). */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'], ['2', 'igmp'], ['4', 'ipip'], ['6', 'tcp'], ['8', 'egp'], ['17', 'udp'], ['27', 'rdp'], ['33', 'dccp'], ['41', 'ipv6'], ['46', 'rsvp'], ['47', 'gre'],
  ['50', 'esp'], ['51', 'ah'], ['58', 'icmp6'], ['88', 'eigrp'], ['89', 'ospf'], ['94', 'ipip'], ['103', 'pim'], ['112', 'vrrp'], ['115', 'l2tp'], ['132', 'sctp'], ['136', 'udplite'], ['137', 'mpls'],
  ['icmpv6', 'icmp6'], ['ipv6-icmp', 'icmp6'], ['ospfigp', 'ospf'],
]);

/** The protocol as a lower-case name; a number without a name stays a number. */
export function protocolName(protocol: string): string {
  const lower = protocol.trim().toLowerCase();
  return NAMES.get(lower) ?? lower;
}
