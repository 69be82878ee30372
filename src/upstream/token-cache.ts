import { SourceProblemError } from '../task/error/source-problem-error.js';

/** A token and how long it lives. */
export interface IssuedToken {
  readonly value: string;
  /** Milliseconds from now; null where the plane does not say. */
  readonly lifeMs: number | null;
}

export interface TokenCacheOptions {
  /** Gets a token; `previous` is the one before, for planes that renew. A refused log-in is a SourceProblemError of kind UNAUTHENTICATED or FORBIDDEN. */
  readonly acquire: (previous: string | null, signal: AbortSignal) => Promise<IssuedToken>;
  /** Life of a token whose plane does not say, in milliseconds. */
  readonly defaultLifeMs: number;
  /** Milliseconds that one log-in may take. */
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** Share of its life after which a token is renewed. */
const renewAt = 0.8;

/** After a refused log-in nothing is tried for so long: repeated bad log-ins lock accounts. */
const coolDownMs = 30_000;

/** One token for all calls to a plane: got once for all that wait, renewed early, not asked for again soon after a refusal. */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  #token: { value: string; renewAt: number; expiresAt: number } | null = null;
  #underWay: Promise<string> | null = null;
  #refusal: { error: SourceProblemError; until: number } | null = null;

  constructor(options: TokenCacheOptions) {
    this.#options = options;
  }

  /** A token that should be good. It rejects when the signal aborts; a log-in under way goes on for the others. */
  async get(signal: AbortSignal): Promise<string> {
    const now = this.#options.now();
    if (this.#token !== null && now < this.#token.renewAt) return this.#token.value;
    if (this.#refusal !== null && now < this.#refusal.until) {
      // A refused early renewal costs nothing either, for as long as the old token lasts.
      if (this.#token !== null && now < this.#token.expiresAt) return this.#token.value;
      throw this.#refused(this.#refusal.error, this.#refusal.until - now);
    }
    this.#underWay ??= this.#acquire().finally(() => {
      this.#underWay = null;
    });
    return unlessAborted(this.#underWay, signal);
  }

  /** To be called when the plane refused this very token. */
  invalidate(value: string): void {
    if (this.#token?.value === value) this.#token = { ...this.#token, renewAt: 0, expiresAt: 0 };
  }

  async #acquire(): Promise<string> {
    const { acquire, now, defaultLifeMs, timeoutMs } = this.#options;
    const previous = this.#token;
    try {
      const issued = await acquire(previous?.value ?? null, AbortSignal.timeout(timeoutMs));
      const lifeMs = issued.lifeMs ?? defaultLifeMs;
      const issuedAt = now();
      this.#token = { value: issued.value, renewAt: issuedAt + lifeMs * renewAt, expiresAt: issuedAt + lifeMs };
      this.#refusal = null;
      return issued.value;
    } catch (error) {
      if (error instanceof SourceProblemError && (error.problem.kind === 'UNAUTHENTICATED' || error.problem.kind === 'FORBIDDEN')) {
        this.#refusal = { error, until: now() + coolDownMs };
      }
      // Renewal begins early: until the token expires, a failure to renew it costs nothing.
      if (previous !== null && now() < previous.expiresAt) return previous.value;
      throw error;
    }
  }

  #refused(error: SourceProblemError, retryAfterMs: number): SourceProblemError {
    return new SourceProblemError(error.problem.kind, error.message, { ...error.problem, retryAfterMs, cause: error });
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(new SourceProblemError('TIMEOUT', 'The plane did not answer a log-in in time.', { cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
