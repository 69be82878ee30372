import { SourceProblemError } from '../../model/source-problem.js';
import type { SourceConnection } from '../../upstream/connections.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import { type IssuedToken, TokenCache } from '../../upstream/token-cache.js';
import type { Upstream } from '../../upstream/upstream.js';
import { parseItem } from '../parse-item.js';
import { parseCatalogErrorBody, toCatalogProblem } from './error-body.js';
import type { CatalogCredentials } from './settings.js';
import { catalogTokenSchema } from './wire.js';

/** Where bearer tokens for the catalog come from. */
export interface CatalogTokenProvider {
  /** A token that should be good; rejects with a SourceProblemError when none can be had, and when the signal aborts. */
  token(signal: AbortSignal): Promise<string>;
  /** To be called when the plane refused this very token. False: there is no other one. */
  invalidate(token: string): boolean;
}

export function createCatalogTokenProvider(
  upstream: Upstream,
  credentials: CatalogCredentials,
  connection: Pick<SourceConnection, 'timeoutMs' | 'steady' | 'random'>,
): CatalogTokenProvider {
  if ('token' in credentials) return { token: () => Promise.resolve(credentials.token), invalidate: () => false };
  const { clientId, clientSecret } = credentials;
  const tokens = new TokenCache({
    acquire: (_previous, signal) => logIn(upstream, clientId, clientSecret, signal),
    defaultLifeMs: defaultTokenLifeMs,
    timeoutMs: connection.timeoutMs,
    steady: connection.steady,
    random: connection.random,
  });
  return {
    token: (signal) => tokens.get(signal),
    invalidate: (token) => {
      tokens.invalidate(token);
      return true;
    },
  };
}

/** What the catalog's own clients take where `expires_in` is missing. */
const defaultTokenLifeMs = 3_600_000;

/** OAuth 2 client credentials (RFC 6749, 4.4), at the base URL of the plane. */
async function logIn(upstream: Upstream, clientId: string, clientSecret: string, signal: AbortSignal): Promise<IssuedToken> {
  const answer = await upstream.read({
    method: 'POST',
    path: ['service-account-token'],
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
    signal,
  });
  if (!answer.isSuccess) throw toLoginProblem(answer);
  const read = parseItem(catalogTokenSchema, answer.json());
  if (read === null) throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent no token that could be read.');
  const { access_token: value, expires_in: lifeS } = read.item;
  return { value, lifeMs: lifeS == null ? null : lifeS * 1000, from: 'log-in' };
}

/** RFC 6749, 5.2: bad credentials are a 400 or a 401. A 403 is no lesser refusal: the token has no scope to lack yet. */
function toLoginProblem(answer: UpstreamResponse): SourceProblemError {
  if (answer.status !== 400 && answer.status !== 401 && answer.status !== 403) return toCatalogProblem(answer);
  return new SourceProblemError('UNAUTHENTICATED', 'The plane refused the credentials.', {
    httpStatus: answer.status,
    referenceToken: parseCatalogErrorBody(answer).referenceToken,
  });
}
