import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether the page that connects may: browsers let every page open a WebSocket to every host, and say only whose page it is. Our
 * own pages and those of the configured origins may; so may whatever sends no Origin, which is no browser. With a cookie and without
 * an Origin it claims to be both, so it may not.
 */
export function isAllowedOrigin({ origin, host, cookie }: IncomingHttpHeaders, origins: readonly string[]): boolean {
  if (origin === undefined) return cookie === undefined;
  if (origins.includes(origin)) return true;
  // Schemes are not compared: whoever ends TLS in front of the gateway knows https, we see http.
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}
