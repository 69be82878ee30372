/**
 * Characters of a host with its port: a name has at most 253 (RFC 1035, section 2.3.4). Longer ones are not parsed, as the parser takes time
 * that grows with the square of the length where a host is not ASCII.
 */
const maxLength = 300;

/** The URL of a host that a header names, with this scheme; null for what is no host. */
export function parseNamedHost(host: string, protocol: string): URL | null {
  if (host.length > maxLength || /[/\\@?#]/.test(host)) return null;
  return URL.parse(`${protocol}//${host}`);
}

/** The URL of an origin that a header names; null for what is none. */
export function parseNamedOrigin(origin: string): URL | null {
  const separator = origin.indexOf('://');
  return separator === -1 ? null : parseNamedHost(origin.slice(separator + 3), origin.slice(0, separator + 1));
}
