import { SourceProblemError } from '../../../task/error/source-problem-error.js';
import { isJsonObject } from '../../../task/scalars/json-object.js';
import type { IssuedToken } from '../../../upstream/token-cache.js';
import type { Upstream } from '../../../upstream/upstream.js';
import type { UpstreamAnswer } from '../../../upstream/upstream-answer.js';
import { errorBodyOf, problemOfAnswer } from '../error-body.js';
import type { VcfSettings } from '../settings.js';
import { tokenLifeMs } from './token-life.js';

/** Gets access tokens: by a renewal while the refresh token is good, else by a log-in. */
export class LogIn {
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
    return { value, lifeMs: tokenLifeMs(value), from: renewed === null ? 'log-in' : 'renewal' };
  }

  /** To be called when the plane refused this token: one that came from a renewal says that renewals are no good any more. */
  forget(value: string): void {
    if (this.#renewed === value) this.#refreshTokenId = null;
  }

  async #renew(signal: AbortSignal): Promise<string | null> {
    if (this.#refreshTokenId === null) return null;
    const answer = await this.#upstream.read({
      method: 'PATCH',
      path: ['v1', 'tokens', 'access-token', 'refresh'],
      headers: json,
      body: JSON.stringify(this.#refreshTokenId),
      secrets: [this.#refreshTokenId],
      signal,
    });
    // The specification says a JSON string; some releases answer the bare text.
    const body = answer.jsonOrNull();
    this.#renewed = answer.isSuccess ? tokenIn(typeof body === 'string' ? body : answer.text) : null;
    if (this.#renewed === null) this.#refreshTokenId = null;
    return this.#renewed;
  }

  async #logIn(signal: AbortSignal): Promise<string> {
    const { username, password } = this.#credentials;
    const answer = await this.#upstream.read({
      method: 'POST',
      path: ['v1', 'tokens'],
      headers: json,
      body: JSON.stringify({ username, password }),
      secrets: [username, password],
      signal,
    });
    if (!answer.isSuccess) throw refusalOf(answer);
    const pair = answer.json();
    const value = isJsonObject(pair) ? tokenIn(pair['accessToken']) : null;
    if (!isJsonObject(pair) || value === null) {
      throw new SourceProblemError('MALFORMED_RESPONSE', 'The plane answered a log-in without a token.', { httpStatus: answer.status });
    }
    const refreshToken = pair['refreshToken'];
    const id = isJsonObject(refreshToken) ? refreshToken['id'] : null;
    this.#refreshTokenId = typeof id === 'string' && id !== '' ? id : null;
    return value;
  }
}

const json = { 'content-type': 'application/json' };

/** Statuses that mean wrong credentials: only 400 is declared, others are seen. */
const refusals: ReadonlySet<number> = new Set([400, 401, 403]);

function refusalOf(answer: UpstreamAnswer): SourceProblemError {
  if (!refusals.has(answer.status)) return problemOfAnswer(answer);
  return new SourceProblemError('UNAUTHENTICATED', 'The plane refused the user name and password.', {
    httpStatus: answer.status,
    referenceToken: errorBodyOf(answer).referenceToken,
  });
}

/** A token that a header can carry; null when this is none. */
function tokenIn(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value.trim()) ? value.trim() : null;
}
