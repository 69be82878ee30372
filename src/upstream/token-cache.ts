import { SourceProblemError } from '../model/source-problem.js';

/** A token and how long it lives. */
export interface IssuedToken {
  readonly value: string;
  /** Milliseconds from now; null where the plane does not say. */
  readonly lifeMs: number | null;
  /** What brought it: the credentials, or an earlier token. */
  readonly from: 'log-in' | 'renewal';
}

export interface TokenCacheOptions {
  /** Gets a token; `previous` is the one before, for planes that renew. A refused log-in is a SourceProblemError of kind UNAUTHENTICATED or FORBIDDEN. */
  readonly acquire: (previous: string | null, signal: AbortSignal) => Promise<IssuedToken>;
  /** Life of a token whose plane does not say, in milliseconds. */
  readonly defaultLifeMs: number;
  /** Milliseconds that one log-in may take. */
  readonly timeoutMs: number;
  /** Milliseconds that never go back. */
  readonly steady: () => number;
  /** From 0 to 1; spreads the renewals of gateways that were started together. */
  readonly random: () => number;
}

interface Token {
  readonly value: string;
  readonly issuedAt: number;
  readonly renewAt: number;
  readonly expiresAt: number;
  /** Whether a log-in brought it, in place of a token that the plane had refused. */
  readonly replacesRejectedToken: boolean;
}

/** Share of its life after which a token is renewed, give or take a tenth of it. */
const renewAfterShare = 0.8;
const renewalSpread = 0.1;

/** A new token that is refused within this time, in milliseconds, says that another one would be, too. */
const rejectedSoonMs = 30_000;

/** One token for all calls to a plane: got once for all that wait, renewed early, not asked for again soon after a refusal. */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  readonly #loginThrottle = new LoginThrottle();
  #token: Token | null = null;
  #acquiring: Promise<string> | null = null;
  #refusal: SourceProblemError | null = null;

  constructor(options: TokenCacheOptions) {
    this.#options = options;
  }

  /** A token that should be good. It rejects when the signal aborts; a log-in under way goes on for the others. */
  async get(signal: AbortSignal): Promise<string> {
    const now = this.#options.steady();
    if (this.#token !== null && now < this.#token.renewAt) return this.#token.value;
    const waitMs = this.#loginThrottle.waitMs(now);
    if (this.#refusal !== null && waitMs > 0) {
      // A refused early renewal costs nothing either, for as long as the old token lasts.
      if (this.#token !== null && now < this.#token.expiresAt) return this.#token.value;
      const { problem, message } = this.#refusal;
      throw new SourceProblemError(problem.kind, message, { ...problem, retryAfterMs: waitMs, cause: this.#refusal });
    }
    this.#acquiring ??= this.#acquire().finally(() => {
      this.#acquiring = null;
    });
    return rejectOnAbort(this.#acquiring, signal);
  }

  /** To be called when the plane refused this very token. */
  invalidate(value: string): void {
    const token = this.#token;
    if (token?.value !== value) return;
    this.#token = { ...token, renewAt: -Infinity, expiresAt: -Infinity };
    if (!token.replacesRejectedToken || this.#options.steady() - token.issuedAt >= rejectedSoonMs) return;
    // It gives tokens and refuses them: more of them would be of no use, and no log-in is free.
    this.#refusal = new SourceProblemError('UNAUTHENTICATED', 'The plane refuses the tokens that it gives.', { httpStatus: 401 });
    this.#loginThrottle.refused(token.issuedAt);
  }

  async #acquire(): Promise<string> {
    const { acquire, steady, timeoutMs } = this.#options;
    const previous = this.#token;
    try {
      const issued = await acquire(previous?.value ?? null, AbortSignal.timeout(timeoutMs));
      this.#token = this.#toToken(issued, previous);
      this.#refusal = null;
      if (issued.from === 'log-in') this.#loginThrottle.succeeded();
      return issued.value;
    } catch (error) {
      const refusal = error instanceof SourceProblemError && error.isCredentialRefusal ? error : null;
      if (refusal !== null) {
        this.#refusal = refusal;
        this.#loginThrottle.refused(steady());
      }
      // Renewal begins early: until the token expires, a failure to renew it costs nothing.
      if (previous !== null && steady() < previous.expiresAt) return previous.value;
      throw refusal?.withMinRetryAfter(this.#loginThrottle.waitMs(steady())) ?? error;
    }
  }

  #toToken({ value, lifeMs, from }: IssuedToken, previous: Token | null): Token {
    const { steady, defaultLifeMs, random } = this.#options;
    const issuedAt = steady();
    const life = lifeMs ?? defaultLifeMs;
    return {
      value,
      issuedAt,
      renewAt: issuedAt + life * renewAfterShare * (1 - renewalSpread + 2 * renewalSpread * random()),
      expiresAt: issuedAt + life,
      replacesRejectedToken: from === 'log-in' && previous?.expiresAt === -Infinity,
    };
  }
}

function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(new SourceProblemError('TIMEOUT', 'The plane did not answer a log-in in time.', { cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const loginCoolDownMs = 30_000;
const refusalWindowMs = 15 * 60_000;
const maxRefusals = 5;

/** How soon a log-in may be tried after refused ones: repeated bad log-ins lock accounts. One in 30 s, five in 15 minutes. */
export class LoginThrottle {
  /** When the latest were refused, oldest first. */
  #refusals: number[] = [];

  /** Milliseconds until one may be tried; 0 when it may be now. */
  waitMs(now: number): number {
    const latest = this.#refusals.at(-1);
    if (latest === undefined) return 0;
    const [oldest = latest] = this.#refusals.slice(-maxRefusals);
    const isFull = this.#refusals.length >= maxRefusals;
    return Math.max(0, latest + loginCoolDownMs - now, isFull ? oldest + refusalWindowMs - now : 0);
  }

  refused(now: number): void {
    this.#refusals = [...this.#refusals, now].slice(-maxRefusals);
  }

  /** The credentials are good. */
  succeeded(): void {
    this.#refusals = [];
  }
}
