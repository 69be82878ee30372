import { BlockList, isIP } from 'node:net';

/** Who a connection comes from, as far as it can be believed. */
export interface Peer {
  /** Of the other end of the connection. */
  readonly remoteAddress: string | undefined;
  /** X-Forwarded-For, which everybody can write. */
  readonly forwardedFor: string | undefined;
}

/** The addresses of the proxies that are believed; each an IP address or a network such as 10.0.0.0/8. */
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
 * The address that counts as the client's: from the end of the connection backwards, the first that is no trusted proxy. An
 * IPv6 client owns a whole network of 64 bits, so that counts as one.
 */
export function resolveClientAddress({ remoteAddress, forwardedFor }: Peer, trusted: BlockList): string {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  let address = normalizeAddress(remoteAddress ?? '');
  while (isListed(trusted, address)) {
    const hop = normalizeAddress(hops.pop() ?? '');
    if (isIP(hop) === 0) break;
    address = hop;
  }
  return isIP(address) === 6 ? ipv6Network(address) : address;
}

function isListed(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address that came over an IPv6 socket is that IPv4 address. */
function normalizeAddress(address: string): string {
  const bare = address.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1] ?? bare;
}

function ipv6Network(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...(after ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
