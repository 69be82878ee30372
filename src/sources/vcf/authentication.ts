import type { ActionResponse } from '../../model/action.js';
import { isJsonObject } from '../../model/scalars.js';
import type { SecretText } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { classifyDelivery, type DeliveryResult } from '../../upstream/action-delivery.js';
import type { UpstreamRequest } from '../../upstream/request.js';
import { toLoginRefusal } from '../../upstream/response-problem.js';
import { readText, type UpstreamResponse } from '../../upstream/response.js';
import type { SourceSettings } from '../../upstream/source-settings.js';
import {
  createStaticTokenProvider,
  type IssuedToken,
  sendWithToken,
  TokenCache,
  type TokenProvider,
  type TokenUse,
} from '../../upstream/token-cache.js';
import type { UpstreamClient } from '../../upstream/upstream.js';
import { classifyVcfTokenUse, parseVcfErrorBody, toVcfProblem } from './error-body.js';
import type { VcfCredentials, VcfSettings } from './settings.js';

/**
 * Authenticated requests to SDDC Manager: each carries a token, and is sent once more with a new token after the first
 * was refused.
 */
export class VcfSession {
  readonly #upstream: UpstreamClient;
  readonly #tokens: TokenProvider;

  constructor(upstream: UpstreamClient, credentials: VcfCredentials, common: SourceSettings) {
    this.#upstream = upstream;
    this.#tokens =
      'token' in credentials ? createStaticTokenProvider(credentials.token) : createAccountTokenProvider(upstream, credentials, common);
  }

  /** Resolves with a response of any status; rejects with a SourceProblemError where there is none, or no token. */
  send(request: UpstreamRequest): Promise<UpstreamResponse> {
    return sendWithToken(
      this.#tokens,
      request.signal,
      (token) => this.#upstream.send(withToken(request, token)),
      (response) => classifyVcfTokenUse(response),
    );
  }

  /**
   * Sends an action once. It is sent a second time, with a new token, only after a 401, which proves that nothing was
   * changed. `secrets` are those in its body.
   */
  async act(request: UpstreamRequest, secrets: readonly SecretText[]): Promise<ActionResponse> {
    try {
      const delivery = await sendWithToken(
        this.#tokens,
        request.signal,
        (token) => this.#upstream.deliverOnce(withToken(request, token)),
        (delivery) => classifyDeliveredTokenUse(delivery, secrets),
      );
      return classifyDelivery(delivery, (response) => parseVcfErrorBody(response, secrets), secrets);
    } catch (error) {
      if (!(error instanceof SourceProblemError)) throw error;
      // There was no token, so the action was not sent, or was refused with the previous token.
      const { problem, retryAfterMs } = error;
      return { outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: error.isRetryable, retryAfterMs };
    }
  }
}

/** Only after a 401 it is certain that the plane did nothing. */
function classifyDeliveredTokenUse(delivery: DeliveryResult, secrets: readonly SecretText[]): TokenUse {
  if (delivery.kind !== 'answered') return null;
  const use = classifyVcfTokenUse(delivery.response, secrets);
  return use?.kind === 'refused' && use.httpStatus !== 401 ? null : use;
}

/** Tokens that the plane issues to the configured account. */
function createAccountTokenProvider(
  upstream: UpstreamClient,
  credentials: VcfSettings['credentials'],
  { transport, clock }: SourceSettings,
): TokenProvider {
  const login = new VcfLogin(upstream, credentials);
  const cache = new TokenCache({
    timeoutMs: transport.timeoutMs,
    monotonic: clock.monotonic,
    random: clock.random,
    defaultLifeMs: defaultTokenLifeMs,
    acquire: (signal) => login.acquire(signal),
    renew: (signal) => login.renew(signal),
  });
  return {
    get: (signal) => cache.get(signal),
    confirm: (token) => cache.confirm(token),
    reject: (token, refusal) => {
      login.discardRenewal(token);
      return cache.reject(token, refusal);
    },
  };
}

/** For tokens whose claims do not say it: the life of the sample token in the documentation. */
const defaultTokenLifeMs = 3_600_000;

function withToken(request: UpstreamRequest, token: string): UpstreamRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** Acquires access tokens: renews with the refresh token while there is one, and logs in otherwise. */
class VcfLogin {
  readonly #upstream: UpstreamClient;
  readonly #credentials: VcfSettings['credentials'];
  #refreshTokenId: string | null = null;
  #renewedToken: string | null = null;

  constructor(upstream: UpstreamClient, credentials: VcfSettings['credentials']) {
    this.#upstream = upstream;
    this.#credentials = credentials;
  }

  /** A refused login is a SourceProblemError of kind UNAUTHENTICATED. */
  async acquire(signal: AbortSignal): Promise<IssuedToken> {
    const renewed = await this.renew(signal);
    if (renewed !== null) return renewed;
    const value = await this.#logIn(signal);
    return { value, lifeMs: readTokenLifeMs(value), kind: 'login' };
  }

  /** Null without a refresh token, and when the plane does not accept it. */
  async renew(signal: AbortSignal): Promise<IssuedToken | null> {
    const value = await this.#requestRenewal(signal);
    return value === null ? null : { value, lifeMs: readTokenLifeMs(value), kind: 'renewal' };
  }

  /** Reports that the plane refused this token. If a renewal brought it, the refresh token is no longer used. */
  discardRenewal(token: string): void {
    if (this.#renewedToken !== token) return;
    // The next refresh token belongs to another login: a second report of this refusal must not discard it.
    this.#renewedToken = null;
    this.#refreshTokenId = null;
  }

  async #requestRenewal(signal: AbortSignal): Promise<string | null> {
    if (this.#refreshTokenId === null) return null;
    const response = await this.#upstream.send({
      method: 'PATCH',
      path: ['v1', 'tokens', 'access-token', 'refresh'],
      headers: jsonHeaders,
      body: JSON.stringify(this.#refreshTokenId),
      secrets: [this.#refreshTokenId],
      signal,
    });
    // The specification says that the body is a JSON string; some releases send the bare text.
    const body = response.jsonOrNull();
    const isToken = response.isSuccess && !response.isHtml;
    this.#renewedToken = isToken ? parseToken(typeof body === 'string' ? body : response.text) : null;
    if (this.#renewedToken === null) this.#refreshTokenId = null;
    return this.#renewedToken;
  }

  async #logIn(signal: AbortSignal): Promise<string> {
    const { username, password } = this.#credentials;
    const response = await this.#upstream.send({
      method: 'POST',
      path: ['v1', 'tokens'],
      headers: jsonHeaders,
      body: JSON.stringify({ username, password }),
      secrets: [username, password],
      signal,
    });
    if (!response.isSuccess) throw toLoginProblem(response);
    // Unlike tasks, this body never holds passwords of other accounts, so it is not parsed by parseWithoutPasswords.
    const pair = response.json();
    const value = isJsonObject(pair) ? parseToken(pair['accessToken']) : null;
    if (!isJsonObject(pair) || value === null) {
      throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane answered a login without a token.', { httpStatus: response.status });
    }
    const refreshToken = pair['refreshToken'];
    this.#refreshTokenId = isJsonObject(refreshToken) ? readText(refreshToken, 'id') : null;
    return value;
  }
}

const jsonHeaders = { 'content-type': 'application/json' };

function toLoginProblem(response: UpstreamResponse): SourceProblemError {
  const refusal = toLoginRefusal(response, parseVcfErrorBody(response), 'The plane refused the user name and password.');
  return refusal ?? toVcfProblem(response);
}

/** A token that a header can carry; null for anything else. */
function parseToken(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value.trim()) ? value.trim() : null;
}

/** Life of an access token in milliseconds: `exp - iat` of its claims (RFC 7519); null when it cannot be read. */
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
    return {}; // Not a JWT. It may still be a valid token.
  }
}
