import { SourceProblemError } from '../../model/source-problem.js';
import { toLoginRefusal, toStatusProblem } from '../../upstream/response-problem.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import type { SourceSettings } from '../../upstream/source-settings.js';
import { createStaticTokenProvider, type IssuedToken, sendWithToken, TokenCache, type TokenProvider } from '../../upstream/token-cache.js';
import type { UpstreamClient } from '../../upstream/upstream.js';
import { parseItem } from '../parse-item.js';
import { classifyCatalogTokenUse, parseTokenErrorBody } from './error-body.js';
import type { CatalogCredentials } from './settings.js';
import { catalogTokenSchema } from './wire.js';

/** The routes of one zone of a catalog. */
export class CatalogClient {
  readonly #upstream: UpstreamClient;
  readonly #zoneId: string;
  readonly #tokens: TokenProvider;
  readonly #url: URL;

  /** `url` is the base URL of the plane. */
  constructor(upstream: UpstreamClient, url: URL, zoneId: string, tokens: TokenProvider) {
    this.#upstream = upstream;
    this.#url = url;
    this.#zoneId = zoneId;
    this.#tokens = tokens;
  }

  /** GET /zones/{zone}/catalog_tasks/{id}. After a 401 it is sent once more with a new token, if there is one. */
  task(id: string, signal: AbortSignal): Promise<UpstreamResponse> {
    const path = ['zones', this.#zoneId, 'catalog_tasks', id];
    return sendWithToken(
      this.#tokens,
      signal,
      // The catalog's own clients send no Authorization on this route; a plane that needs none ignores it.
      (token) => this.#upstream.send({ method: 'GET', path, headers: { authorization: `Bearer ${token}` }, signal }),
      (response) => classifyCatalogTokenUse(response, this.#url),
    );
  }
}

/** Where the bearer tokens come from: the configured token, or logins with the configured client credentials. */
export function createCatalogTokenProvider(
  upstream: UpstreamClient,
  credentials: CatalogCredentials,
  { transport, clock }: SourceSettings,
): TokenProvider {
  if ('token' in credentials) return createStaticTokenProvider(credentials.token);
  const { clientId, clientSecret } = credentials;
  return new TokenCache({
    acquire: (signal) => logIn(upstream, clientId, clientSecret, signal),
    defaultLifeMs: defaultTokenLifeMs,
    timeoutMs: transport.timeoutMs,
    monotonic: clock.monotonic,
    random: clock.random,
  });
}

/** What the catalog's own clients assume where `expires_in` is missing. */
const defaultTokenLifeMs = 3_600_000;

/** OAuth 2 client credentials (RFC 6749, 4.4), at the base URL of the plane. */
async function logIn(upstream: UpstreamClient, clientId: string, clientSecret: string, signal: AbortSignal): Promise<IssuedToken> {
  const response = await upstream.send({
    method: 'POST',
    path: ['service-account-token'],
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
    signal,
  });
  if (!response.isSuccess) throw toLoginProblem(response);
  const parsed = parseItem(catalogTokenSchema, response.json());
  if (parsed === null) throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent no token that could be read.');
  const { access_token: value, expires_in: lifeS } = parsed.item;
  return { value, lifeMs: lifeS == null ? null : lifeS * 1000, kind: 'login' };
}

function toLoginProblem(response: UpstreamResponse): SourceProblemError {
  const body = parseTokenErrorBody(response);
  return toLoginRefusal(response, body, 'The plane refused the credentials.') ?? toStatusProblem(response, body);
}
