import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { networkOf } from '../../../server/core/symbols/networks';

describe('networks of hosts', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['10.1.2.3', '10.1.2.0/24'], ['::ffff:10.1.2.3', '10.1.2.0/24'], ['::FFFF:10.1.2.3', '10.1.2.0/24'], ['2001:db8:1:2::9', '2001:db8:1::/48'], ['2001:DB8:1:2:3:4:5:6', '2001:db8:1::/48'], ['2001:db8::', '2001:db8::/48'],
    ['::', '::/48'], ['::1', '::/48'], ['fe80::1%eth0', 'fe80::/48'], ['1:0:0:4::', '1::/48'], ['0:0:3::1', '0:0:3::/48'], ['64:ff9b::192.0.2.33', '64:ff9b::/48'],
    ['', ''], ['server', 'server'], ['10.1.2', '10.1.2'], ['a.b.c.d', 'a.b.c.d'], ['1::2::3', '1::2::3'], ['1:2:3', '1:2:3'], ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8:9'], ['12345::', '12345::'], ['00:1b:44:11:3a:b7', '00:1b:44:11:3a:b7'],
  ];
  for (const [host, network] of cases) it(`${host || '(none)'} is in ${network || '(none)'}`, () => assert.equal(networkOf(host), network));

  it('of any text is a text, and never fails', () => fc.assert(fc.property(fc.string(), (host) => typeof networkOf(host) === 'string')));
});
