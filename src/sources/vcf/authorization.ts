import type { ActionAnswer } from '../../task/act/action-answer.js';
import { SourceProblemError } from '../../task/error/source-problem-error.js';
import type { SecretText } from '../../task/scalars/secret.js';
import type { SourceConnection } from '../../task/source/source-module.js';
import { classify } from '../../upstream/classify.js';
import type { Delivery } from '../../upstream/delivery.js';
import { TokenCache } from '../../upstream/token-cache.js';
import type { Upstream } from '../../upstream/upstream.js';
import type { UpstreamRequest } from '../../upstream/upstream-request.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';
import { errorBodyOf, refusesToken } from './error-body.js';
import { LogIn } from './log-in.js';
import type { VcfSettings } from './settings.js';

/** Speaks to SDDC Manager with a token, and once more with a new one when it is refused. */
export class Authorization {
  readonly #upstream: Upstream;
  readonly #logIn: LogIn;
  readonly #tokens: TokenCache;

  constructor(
    upstream: Upstream,
    credentials: VcfSettings['credentials'],
    connection: Pick<SourceConnection, 'timeoutMs' | 'steady' | 'random'>,
  ) {
    const logIn = new LogIn(upstream, credentials);
    this.#upstream = upstream;
    this.#logIn = logIn;
    this.#tokens = new TokenCache({
      timeoutMs: connection.timeoutMs,
      steady: connection.steady,
      random: connection.random,
      defaultLifeMs,
      acquire: (_previous, signal) => logIn.acquire(signal),
    });
  }

  /** Any status is an answer; a SourceProblemError is thrown where none came, or no token. */
  async read(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const token = await this.#tokens.get(request.signal);
    const answer = await this.#upstream.read(withToken(request, token));
    if (!refusesToken(answer)) return answer;
    return this.#upstream.read(withToken(request, await this.#replace(token, request.signal)));
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
    return this.#upstream.deliver(withToken(request, await this.#replace(token, request.signal)));
  }

  #replace(token: string, signal: AbortSignal): Promise<string> {
    this.#logIn.forget(token);
    this.#tokens.invalidate(token);
    return this.#tokens.get(signal);
  }
}

/** Life of a token that does not say its own, as in the sample of the documentation. */
const defaultLifeMs = 3_600_000;

function withToken(request: UpstreamRequest, token: string): UpstreamRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
