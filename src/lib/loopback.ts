import { BlockList, isIP } from 'node:net';

/** Whether a host, from a URL or to listen on, is a loopback address: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const version = isIP(bare);
  return version === 0 ? bare === 'localhost' : loopback.check(bare, version === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a text is an origin: scheme, host, and port unless it is the default. `*` stands for every port of a loopback host. */
export function isOrigin(text: string): boolean {
  const isAnyPort = text.endsWith(':*');
  const origin = isAnyPort ? text.slice(0, -2) : text;
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === origin && (!isAnyPort || (url.port === '' && isLoopback(url.hostname)));
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
