import type { IncomingHttpHeaders } from 'node:http';

import type { Identity } from '../../gateway/access/policy.js';

/** What a client shows to be let in. */
export interface PresentedCredentials {
  /** As in the header `authorization`; undefined: nothing. */
  readonly authorization: string | undefined;
  /** Of the request, with its query. */
  readonly url: string;
  /** Of the other end of the connection. */
  readonly remoteAddress: string | undefined;
  /** X-Forwarded-For; it is believed only of trusted proxies. */
  readonly forwardedFor: string | undefined;
  /** The caller's own tokens, by the names of the sources that take those. */
  readonly sourceTokens: ReadonlyMap<string, string>;
}

/** A request as far as authentication looks at it; the body is not read yet. */
interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  /** Each as often as it was sent. */
  readonly headersDistinct: NodeJS.Dict<string[]>;
  readonly url?: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

export function readCredentials({ headers, headersDistinct, url = '', socket }: RequestHead): PresentedCredentials {
  return {
    // Two of them are no credential: who stands in between may have looked at the other one.
    authorization: headersDistinct['authorization']?.join(', '),
    url,
    remoteAddress: socket.remoteAddress,
    forwardedFor: [headers['x-forwarded-for'] ?? []].flat().join(','),
    sourceTokens: readSourceTokens(headers),
  };
}

const tokenHeader = 'x-source-token-';

/** What stands under `X-Source-Token-<name>`, whatever the case, of what a header can carry. */
export function readSourceTokens(values: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const tokens = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) {
    const name = key.toLowerCase();
    if (name.startsWith(tokenHeader) && typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value))
      tokens.set(name.slice(tokenHeader.length), value);
  }
  return tokens;
}

/** Names under which a credential stands in a URL. It would stay in the logs of every proxy on the way, so it is not taken there. */
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
  return start !== -1 && [...new URLSearchParams(url.slice(start)).keys()].some((name) => credentialNames.has(name.toLowerCase()));
}

/** A credential that was good when it was looked at. */
export interface VerifiedCredential {
  /** Names the caller in the journal; the same for every credential of one caller. */
  readonly callerId: string;
  /** What it proves now; null when it has expired or was revoked since. */
  identity(): Identity | null;
}

/** Looks at credentials of one mode. */
export interface CredentialVerifier {
  /** Rejects with an UnauthenticatedError, or with an IssuerUnreachableError when it cannot tell. */
  verify(credential: string): Promise<VerifiedCredential>;
}
