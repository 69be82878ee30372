import { expect, test } from '@jest/globals';

import { resolveClientAddress, parseTrustedProxies } from '../../../src/server/authentication/client-address.js';

const trusted = parseTrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);

test.each([
  ['the end of the connection where it is no proxy', '203.0.113.1', '198.51.100.1', '203.0.113.1'],
  ['the end of the connection where nothing is forwarded', '10.0.0.1', undefined, '10.0.0.1'],
  ['the last that is no proxy', '10.0.0.1', '198.51.100.9, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
  ['the proxy, where what it forwards is no address', '10.0.0.1', 'unknown', '10.0.0.1'],
  ['the proxy, where what it forwards is an attack', '192.0.2.1', '198.51.100.1, <script>', '192.0.2.1'],
  ['an IPv4 address in IPv6 clothes', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['a network of 64 bits of IPv6', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
  ['the same network, written short', '2001:db8:1:2::9', undefined, '2001:db8:1:2::/64'],
  ['the same for a client behind a proxy', 'fd00::1', '2001:DB8::1', '2001:db8:0:0::/64'],
  ['nothing, where the connection is gone', undefined, '198.51.100.1', ''],
])('the address of a client is %s', (_what, remoteAddress, forwardedFor, address) => {
  expect(resolveClientAddress({ remoteAddress, forwardedFor }, trusted)).toBe(address);
});
