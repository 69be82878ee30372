import type { IncomingHttpHeaders } from 'node:http';

import type { Identity } from '../../gateway/access/policy.js';

/** What a client presents to be authenticated. */
export interface PresentedCredentials {
  /** The value of the header `authorization`; undefined where there is none. */
  readonly authorization: string | undefined;
  /** The URL of the request, with its query. */
  readonly url: string;
  /** The address of the other end of the connection. */
  readonly remoteAddress: string | undefined;
  /** The header `X-Forwarded-For`, which any client can set; only what trusted proxies added to it counts. */
  readonly forwardedFor: string | undefined;
  /** The caller's own tokens, by the names of the sources that take those. */
  readonly sourceTokens: ReadonlyMap<string, string>;
}

/** The part of a request that authentication reads; the body is not read yet. */
interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were sent: of a header that is sent twice, `headers` has the first one alone. */
  readonly rawHeaders: readonly string[];
  readonly url?: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

export function readCredentials({ headers, rawHeaders, url = '', socket }: RequestHead): PresentedCredentials {
  return {
    // Two credentials are none: a proxy in between may have checked the other one.
    authorization: headers.authorization === undefined ? undefined : readHeader(rawHeaders, 'authorization').join(', '),
    url,
    remoteAddress: socket.remoteAddress,
    forwardedFor: headers['x-forwarded-for'] === undefined ? '' : [headers['x-forwarded-for']].flat().join(','),
    sourceTokens: readSourceTokens(headers),
  };
}

/** The values of a header, one for each time that it was sent. */
function readHeader(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] ?? '';
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}

const tokenHeaderPrefix = 'x-source-token-';

/**
 * The values named `X-Source-Token-<source>`, in any case, that consist of characters which a header can carry, and those of `others` for
 * other sources. Two tokens for one source are none, as for a header that is sent twice, whose values Node joins by a comma and a blank.
 */
function readSourceTokens(
  values: Readonly<Record<string, unknown>>,
  others: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const tokens = new Map(others);
  const sources = new Set<string>();
  for (const [key, value] of Object.entries(values)) {
    const name = key.toLowerCase();
    if (!name.startsWith(tokenHeaderPrefix)) continue;
    const source = name.slice(tokenHeaderPrefix.length);
    if (sources.has(source)) tokens.delete(source);
    else if (typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value)) tokens.set(source, value);
    sources.add(source);
  }
  return tokens;
}

/** What the payload of `connection_init` adds to the credentials of the request that opened the WebSocket; names count in any case. */
export function addPayload(credentials: PresentedCredentials, payload: Readonly<Record<string, unknown>>): PresentedCredentials {
  const sent = Object.entries(payload).filter(([key]) => key.toLowerCase() === 'authorization');
  const texts = sent.flatMap(([, value]) => (typeof value === 'string' ? [value] : []));
  return {
    ...credentials,
    // Two credentials are none, as in a request.
    authorization: texts.length === 0 ? credentials.authorization : texts.join(', '),
    sourceTokens: readSourceTokens(payload, credentials.sourceTokens),
  };
}

/** Names of URL parameters that carry credentials. They are refused: a URL stays in the logs of every proxy on the way. */
const credentialNames: ReadonlySet<string> = new Set([
  'access_token',
  'api_key',
  'api-key',
  'apikey',
  'auth',
  'authorization',
  'bearer',
  'key',
  'token',
]);

export function hasCredentialInUrl(url: string): boolean {
  const start = url.indexOf('?');
  return start !== -1 && listParameterNames(url.slice(start + 1)).some((name) => credentialNames.has(name.toLowerCase()));
}

/** The names as URLSearchParams reads them. The values are not decoded: that of a GET is a whole document. */
function listParameterNames(query: string): readonly string[] {
  return query.split('&').map((parameter) => {
    const end = parameter.indexOf('=');
    const name = end === -1 ? parameter : parameter.slice(0, end);
    return /[%+]/.test(name) ? ([...new URLSearchParams(name).keys()][0] ?? '') : name;
  });
}

/** A credential that was valid when it was checked. */
export interface VerifiedCredential {
  /** Names the caller in the action journal; the same for every credential of one caller. */
  readonly callerId: string;
  /** Who it identifies now; null when it has expired or was revoked since. */
  identity(): Identity | null;
}
