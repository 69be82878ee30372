import { BlockList, isIP } from 'node:net';

import type { PresentedCredentials } from './credentials.js';

/** Reads `server.trustedProxies`: each an IP address or a network such as 10.0.0.0/8. */
export function parseTrustedProxies(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/**
 * The address by which a client is counted: from the near end of the connection outwards, the first that is no trusted proxy. An
 * IPv6 client owns a whole network of 64 bits, so that network counts as one address.
 *
 * Not Fastify's `trustProxy` (proxy-addr): upgrades to WebSocket never become a Fastify request, and it does not group IPv6 networks.
 */
export function resolveClientAddress(
  { remoteAddress, forwardedFor }: Pick<PresentedCredentials, 'remoteAddress' | 'forwardedFor'>,
  trusted: BlockList,
): string {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  let address = normalizeAddress(remoteAddress ?? '');
  while (isListed(trusted, address)) {
    const hop = normalizeAddress(hops.pop() ?? '');
    if (isIP(hop) === 0) break;
    address = hop;
  }
  return isIP(address) === 6 ? formatIpv6Network(address) : address;
}

/** Whether the other end of a connection is a trusted proxy. */
export function isTrustedAddress(trusted: BlockList, remoteAddress: string): boolean {
  return isListed(trusted, normalizeAddress(remoteAddress));
}

function isListed(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv6 socket shows an IPv4 client as ::ffff:192.0.2.1; a hop may be in brackets. */
function normalizeAddress(address: string): string {
  const bare = address.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1] ?? bare;
}

function formatIpv6Network(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...(after ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
