import { BlockList, isIP } from 'node:net';

import QuickLru from 'quick-lru';

import type { PresentedCredentials } from './credentials.js';

/** Addresses for which it is remembered whether they are trusted: a connection is used many times, and Node parses them anew. */
const maxRemembered = 1_000;

/** IP addresses and networks of trusted proxies. */
export class TrustedProxies {
  readonly #list: BlockList | null;
  readonly #remembered = new QuickLru<string, boolean>({ maxSize: maxRemembered });

  /** Null: there is none. */
  constructor(list: BlockList | null) {
    this.#list = list;
  }

  has(address: string): boolean {
    if (this.#list === null) return false;
    const remembered = this.#remembered.get(address);
    if (remembered !== undefined) return remembered;
    const family = isIP(address);
    const isListed = family !== 0 && this.#list.check(address, family === 6 ? 'ipv6' : 'ipv4');
    this.#remembered.set(address, isListed);
    return isListed;
  }
}

/** Reads `server.trustedProxies`: each an IP address or a network such as 10.0.0.0/8. */
export function parseTrustedProxies(networks: readonly string[]): TrustedProxies {
  if (networks.length === 0) return new TrustedProxies(null);
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return new TrustedProxies(list);
}

/**
 * The address by which a client is counted: from the near end of the connection outwards, the first that is no trusted proxy. An
 * IPv6 client owns a whole network of 64 bits, so that network counts as one address.
 *
 * Not Fastify's `trustProxy` (proxy-addr): upgrades to WebSocket never become a Fastify request, and it does not group IPv6 networks.
 */
export function resolveClientAddress(
  { remoteAddress, forwardedFor }: Pick<PresentedCredentials, 'remoteAddress' | 'forwardedFor'>,
  trusted: TrustedProxies,
): string {
  let address = normalizeAddress(remoteAddress ?? '');
  const hops = trusted.has(address) ? (forwardedFor ?? '').split(',').map((hop) => hop.trim()) : [];
  while (trusted.has(address)) {
    const hop = normalizeAddress(hops.pop() ?? '');
    if (isIP(hop) === 0) break;
    address = hop;
  }
  return address.includes(':') && isIP(address) === 6 ? formatIpv6Network(address) : address;
}

/** Whether the other end of a connection is a trusted proxy. */
export function isTrustedAddress(trusted: TrustedProxies, remoteAddress: string): boolean {
  return trusted.has(normalizeAddress(remoteAddress));
}

/** An IPv6 socket shows an IPv4 client as ::ffff:192.0.2.1; a hop may be in brackets. */
function normalizeAddress(address: string): string {
  if (!address.includes(':') && !address.startsWith('[')) return address;
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
