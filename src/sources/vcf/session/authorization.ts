import type { ActionAnswer } from '../../../task/act/action-answer.js';
import { SourceProblemError } from '../../../task/error/source-problem-error.js';
import type { SecretText } from '../../../task/scalars/secret.js';
import type { SourceConnection } from '../../../task/source/source-module.js';
import { classify } from '../../../upstream/classify.js';
import type { Delivery } from '../../../upstream/delivery.js';
import { TokenCache } from '../../../upstream/token-cache.js';
import type { Upstream } from '../../../upstream/upstream.js';
import type { UpstreamRequest } from '../../../upstream/upstream-request.js';
import type { UpstreamAnswer } from '../../../upstream/upstream-answer.js';
import { errorBodyOf, refusesToken } from '../error-body.js';
import { LogIn } from './log-in.js';
import type { VcfCredentials, VcfSettings } from '../settings.js';

/** Speaks to SDDC Manager with a token, and once more with a new one when it is refused. */
export class Authorization {
  readonly #upstream: Upstream;
  readonly #tokens: Tokens;

  constructor(upstream: Upstream, credentials: VcfCredentials, clock: Clock) {
    this.#upstream = upstream;
    this.#tokens = 'token' in credentials ? broughtToken(credentials.token) : accountTokens(upstream, credentials, clock);
  }

  /** Any status is an answer; a SourceProblemError is thrown where none came, or no token. */
  async read(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const token = await this.#tokens.get(request.signal);
    const answer = await this.#upstream.read(withToken(request, token));
    const other = refusesToken(answer) ? await this.#tokens.replace(token, request.signal) : null;
    return other === null ? answer : this.#upstream.read(withToken(request, other));
  }

  /** Sends an action once, and once more with a new token only where the answer was 401, which changes nothing. `secrets` are in its body. */
  async act(request: UpstreamRequest, secrets: readonly SecretText[]): Promise<ActionAnswer> {
    try {
      return classify(await this.#deliver(request), (answer) => errorBodyOf(answer, secrets));
    } catch (error) {
      if (!(error instanceof SourceProblemError)) throw error;
      // No token: the action itself was not sent, or was refused for the old token.
      const { problem, retryAfterMs } = error;
      return { outcome: 'REJECTED', because: 'PROBLEM', problem, isRetryable: error.isRetryable, retryAfterMs };
    }
  }

  async #deliver(request: UpstreamRequest): Promise<Delivery> {
    const token = await this.#tokens.get(request.signal);
    const delivery = await this.#upstream.deliver(withToken(request, token));
    if (delivery.phase !== 'answered' || delivery.answer.status !== 401) return delivery;
    const other = await this.#tokens.replace(token, request.signal);
    return other === null ? delivery : this.#upstream.deliver(withToken(request, other));
  }
}

type Clock = Pick<SourceConnection, 'timeoutMs' | 'steady' | 'random'>;

/** Where tokens come from. */
interface Tokens {
  get(signal: AbortSignal): Promise<string>;
  /** Another one, because the plane refused this; null: there is none. */
  replace(token: string, signal: AbortSignal): Promise<string | null>;
}

/** Those that the plane gives to an account. */
function accountTokens(upstream: Upstream, credentials: VcfSettings['credentials'], clock: Clock): Tokens {
  const logIn = new LogIn(upstream, credentials);
  const cache = new TokenCache({
    timeoutMs: clock.timeoutMs,
    steady: clock.steady,
    random: clock.random,
    defaultLifeMs,
    acquire: (_previous, signal) => logIn.acquire(signal),
  });
  return {
    get: (signal) => cache.get(signal),
    replace: (token, signal) => {
      logIn.forget(token);
      cache.invalidate(token);
      return cache.get(signal);
    },
  };
}

/** The one that a caller brought: where it is refused, that is the answer. */
function broughtToken(token: string): Tokens {
  return { get: () => Promise.resolve(token), replace: () => Promise.resolve(null) };
}

/** Life of a token that does not say its own, as in the sample of the documentation. */
const defaultLifeMs = 3_600_000;

function withToken(request: UpstreamRequest, token: string): UpstreamRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
