/**
 * The network a host is in, in CIDR notation: /24 of an IPv4 address (also of one mapped into IPv6), /48 of an IPv6 address (its site, RFC 6177). A name
 * that is no address is its own network.
 */
export function networkOf(host: string): string {
  const four = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/i.exec(host);
  if (four) return `${Number(four[1])}.${Number(four[2])}.${Number(four[3])}.0/24`;
  const groups = ipv6Groups(host.replace(/%.*$/, ''));
  return groups ? `${prefix(groups.slice(0, 3))}/48` : host;
}

/** The first three groups of 16 bits as short as RFC 5952 wants them, the rest being zeros. */
function prefix(groups: readonly number[]): string {
  let used = groups.length;
  while (used > 0 && groups[used - 1] === 0) used--;
  return `${groups.slice(0, used).map((group) => group.toString(16)).join(':')}::`;
}

/** The eight groups of an address, undefined where the text is none. */
function ipv6Groups(text: string): number[] | undefined {
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return undefined;
  const [head, tail = []] = halves.map((half) => (half === '' ? [] : half.split(':').flatMap(numbersOf)));
  const missing = 8 - head.length - tail.length;
  const groups = halves.length === 2 ? [...head, ...Array.from({ length: Math.max(0, missing) }, () => 0), ...tail] : head;
  return groups.length === 8 && (halves.length === 1 || missing > 0) && groups.every((group) => group <= 0xffff) ? groups : undefined;
}

/** One group; two where it is the IPv4 form of the end; not a number where it is neither. */
function numbersOf(group: string): number[] {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(group);
  if (four) return [Number(four[1]) * 256 + Number(four[2]), Number(four[3]) * 256 + Number(four[4])];
  return [/^[0-9a-f]{1,4}$/i.test(group) ? parseInt(group, 16) : NaN];
}
