import type { ActionResponse } from '../../model/action.js';
import { isJsonObject } from '../../model/scalars.js';
import type { SecretText } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { classifyDelivery, type DeliveryResult } from '../../upstream/action-delivery.js';
import type { SourceConnection } from '../../upstream/connections.js';
import type { UpstreamRequest } from '../../upstream/request.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import { type IssuedToken, TokenCache } from '../../upstream/token-cache.js';
import type { Upstream } from '../../upstream/upstream.js';
import { isTokenRefused, parseVcfErrorBody, toVcfProblem } from './error-body.js';
import type { VcfCredentials, VcfSettings } from './settings.js';

/** Speaks to SDDC Manager with a token, and once more with a new one when it is refused. */
export class VcfSession {
  readonly #upstream: Upstream;
  readonly #tokens: VcfTokenProvider;

  constructor(upstream: Upstream, credentials: VcfCredentials, clock: TokenClock) {
    this.#upstream = upstream;
    this.#tokens =
      'token' in credentials ? createCallerTokenProvider(credentials.token) : createAccountTokenProvider(upstream, credentials, clock);
  }

  /** Any status is an answer; a SourceProblemError is thrown where none came, or no token. */
  async read(request: UpstreamRequest): Promise<UpstreamResponse> {
    const token = await this.#tokens.get(request.signal);
    const answer = await this.#upstream.read(withToken(request, token));
    const other = isTokenRefused(answer) ? await this.#tokens.replace(token, request.signal) : null;
    return other === null ? answer : this.#upstream.read(withToken(request, other));
  }

  /** Sends an action once, and once more with a new token only where the answer was 401, which changes nothing. `secrets` are in its body. */
  async act(request: UpstreamRequest, secrets: readonly SecretText[]): Promise<ActionResponse> {
    try {
      return classifyDelivery(await this.#deliver(request), (answer) => parseVcfErrorBody(answer, secrets));
    } catch (error) {
      if (!(error instanceof SourceProblemError)) throw error;
      // No token: the action itself was not sent, or was refused for the old token.
      const { problem, retryAfterMs } = error;
      return { outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: error.isRetryable, retryAfterMs };
    }
  }

  async #deliver(request: UpstreamRequest): Promise<DeliveryResult> {
    const token = await this.#tokens.get(request.signal);
    const delivery = await this.#upstream.deliverOnce(withToken(request, token));
    if (delivery.phase !== 'answered' || delivery.answer.status !== 401) return delivery;
    const other = await this.#tokens.replace(token, request.signal);
    return other === null ? delivery : this.#upstream.deliverOnce(withToken(request, other));
  }
}

type TokenClock = Pick<SourceConnection, 'timeoutMs' | 'steady' | 'random'>;

/** Where tokens come from. */
interface VcfTokenProvider {
  get(signal: AbortSignal): Promise<string>;
  /** Another one, because the plane refused this; null: there is none. */
  replace(token: string, signal: AbortSignal): Promise<string | null>;
}

/** Those that the plane gives to an account. */
function createAccountTokenProvider(upstream: Upstream, credentials: VcfSettings['credentials'], clock: TokenClock): VcfTokenProvider {
  const logIn = new VcfLogin(upstream, credentials);
  const cache = new TokenCache({
    timeoutMs: clock.timeoutMs,
    steady: clock.steady,
    random: clock.random,
    defaultLifeMs: defaultTokenLifeMs,
    acquire: (_previous, signal) => logIn.acquire(signal),
  });
  return {
    get: (signal) => cache.get(signal),
    replace: (token, signal) => {
      logIn.discardRenewal(token);
      cache.invalidate(token);
      return cache.get(signal);
    },
  };
}

/** The one that a caller brought: where it is refused, that is the answer. */
function createCallerTokenProvider(token: string): VcfTokenProvider {
  return { get: () => Promise.resolve(token), replace: () => Promise.resolve(null) };
}

/** Life of a token that does not say its own, as in the sample of the documentation. */
const defaultTokenLifeMs = 3_600_000;

function withToken(request: UpstreamRequest, token: string): UpstreamRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** Gets access tokens: by a renewal while the refresh token is good, else by a log-in. */
export class VcfLogin {
  readonly #upstream: Upstream;
  readonly #credentials: VcfSettings['credentials'];
  #refreshTokenId: string | null = null;
  #renewed: string | null = null;

  constructor(upstream: Upstream, credentials: VcfSettings['credentials']) {
    this.#upstream = upstream;
    this.#credentials = credentials;
  }

  /** A new token; a refused log-in is a SourceProblemError of kind UNAUTHENTICATED. */
  async acquire(signal: AbortSignal): Promise<IssuedToken> {
    const renewed = await this.#renew(signal);
    const value = renewed ?? (await this.#logIn(signal));
    return { value, lifeMs: readTokenLifeMs(value), from: renewed === null ? 'log-in' : 'renewal' };
  }

  /** To be called when the plane refused this token: one that came from a renewal says that renewals are no good any more. */
  discardRenewal(value: string): void {
    if (this.#renewed === value) this.#refreshTokenId = null;
  }

  async #renew(signal: AbortSignal): Promise<string | null> {
    if (this.#refreshTokenId === null) return null;
    const answer = await this.#upstream.read({
      method: 'PATCH',
      path: ['v1', 'tokens', 'access-token', 'refresh'],
      headers: jsonHeaders,
      body: JSON.stringify(this.#refreshTokenId),
      secrets: [this.#refreshTokenId],
      signal,
    });
    // The specification says a JSON string; some releases answer the bare text.
    const body = answer.jsonOrNull();
    this.#renewed = answer.isSuccess ? parseToken(typeof body === 'string' ? body : answer.text) : null;
    if (this.#renewed === null) this.#refreshTokenId = null;
    return this.#renewed;
  }

  async #logIn(signal: AbortSignal): Promise<string> {
    const { username, password } = this.#credentials;
    const answer = await this.#upstream.read({
      method: 'POST',
      path: ['v1', 'tokens'],
      headers: jsonHeaders,
      body: JSON.stringify({ username, password }),
      secrets: [username, password],
      signal,
    });
    if (!answer.isSuccess) throw toLoginProblem(answer);
    const pair = answer.json();
    const value = isJsonObject(pair) ? parseToken(pair['accessToken']) : null;
    if (!isJsonObject(pair) || value === null) {
      throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane answered a log-in without a token.', { httpStatus: answer.status });
    }
    const refreshToken = pair['refreshToken'];
    const id = isJsonObject(refreshToken) ? refreshToken['id'] : null;
    this.#refreshTokenId = typeof id === 'string' && id !== '' ? id : null;
    return value;
  }
}

const jsonHeaders = { 'content-type': 'application/json' };

/** Statuses that mean wrong credentials: only 400 is declared, others are seen. */
const loginRefusalStatuses: ReadonlySet<number> = new Set([400, 401, 403]);

function toLoginProblem(answer: UpstreamResponse): SourceProblemError {
  if (!loginRefusalStatuses.has(answer.status)) return toVcfProblem(answer);
  return new SourceProblemError('UNAUTHENTICATED', 'The plane refused the user name and password.', {
    httpStatus: answer.status,
    referenceToken: parseVcfErrorBody(answer).referenceToken,
  });
}

/** A token that a header can carry; null when this is none. */
function parseToken(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value.trim()) ? value.trim() : null;
}

/** Life of an access token in milliseconds, `exp - iat` of its claims (RFC 7519); null when they cannot be read. */
export function readTokenLifeMs(accessToken: string): number | null {
  const { exp, iat } = decodeClaims(accessToken);
  if (typeof exp !== 'number' || typeof iat !== 'number') return null;
  const lifeMs = (exp - iat) * 1000;
  return Number.isFinite(lifeMs) && lifeMs > 0 ? lifeMs : null;
}

function decodeClaims(accessToken: string): { readonly exp?: unknown; readonly iat?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isJsonObject(claims) ? claims : {};
  } catch {
    return {}; // A token may have any form; only its life is asked of it.
  }
}
