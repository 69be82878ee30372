import { type Clock, rejectOnAbort } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';

/** A token and how long it lives. */
export interface IssuedToken {
  readonly value: string;
  /** Milliseconds from now; null where the plane does not say. */
  readonly lifeMs: number | null;
  /** Whether the credentials were sent for it, or an earlier token was renewed. */
  readonly kind: 'login' | 'renewal';
}

interface TokenCacheOptions extends Pick<Clock, 'monotonic' | 'random'> {
  /** Gets a token. A refused login is a SourceProblemError of kind UNAUTHENTICATED or FORBIDDEN. */
  readonly acquire: (signal: AbortSignal) => Promise<IssuedToken>;
  /** Life of a token where the plane does not say, in milliseconds. */
  readonly defaultLifeMs: number;
  /** Milliseconds that one login may take. */
  readonly timeoutMs: number;
}

type TokenState =
  | { readonly kind: 'none' }
  | { readonly kind: 'valid'; readonly token: Token }
  /** The plane refused the token before it expired. */
  | { readonly kind: 'rejected'; readonly token: Token };

interface Token {
  readonly value: string;
  readonly issuedAt: number;
  readonly renewAt: number;
  readonly expiresAt: number;
  /** Whether it came from a login because the plane had refused the previous token. */
  readonly replacesRejectedToken: boolean;
}

/** Share of its life after which a token is renewed, give or take a tenth. */
const renewAfterShare = 0.8;
const renewalSpread = 0.1;

/** A new token that is refused within this time, in milliseconds, says that the next one would be refused too. */
const rejectedSoonMs = 30_000;

/**
 * One access token for all calls to a plane: callers that wait share one login, the token is renewed before it expires,
 * and after a refused login the next one is delayed.
 */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  readonly #loginThrottle = new LoginThrottle();
  #state: TokenState = { kind: 'none' };
  #acquiring: Promise<string> | null = null;
  #refusal: SourceProblemError | null = null;

  constructor(options: TokenCacheOptions) {
    this.#options = options;
  }

  /**
   * A token that should be valid. It rejects when the signal aborts; a login under way continues for the other callers.
   */
  async get(signal: AbortSignal): Promise<string> {
    const now = this.#options.monotonic();
    const token = this.#state.kind === 'valid' ? this.#state.token : null;
    if (token !== null && now < token.renewAt) return token.value;
    const waitMs = this.#loginThrottle.waitMs(now);
    if (this.#refusal !== null && waitMs > 0) {
      // While a renewal is refused, the old token still serves until it expires.
      if (token !== null && now < token.expiresAt) return token.value;
      const { problem, message } = this.#refusal;
      throw new SourceProblemError(problem.kind, message, { ...problem, retryAfterMs: waitMs, cause: this.#refusal });
    }
    this.#acquiring ??= this.#acquire().finally(() => {
      this.#acquiring = null;
    });
    return rejectOnAbort(this.#acquiring, signal, () => {
      return new SourceProblemError('TIMEOUT', 'The plane did not answer a login in time.', { cause: signal.reason });
    });
  }

  /** Reports that the plane refused this token. A token that was replaced in the meantime is ignored. */
  invalidate(value: string): void {
    if (this.#state.kind === 'none' || this.#state.token.value !== value) return;
    const { token } = this.#state;
    this.#state = { kind: 'rejected', token };
    if (!token.replacesRejectedToken || this.#options.monotonic() - token.issuedAt >= rejectedSoonMs) return;
    // The plane issues tokens and refuses them. More logins would not help, and might lock the account.
    this.#refusal = new SourceProblemError('UNAUTHENTICATED', 'The plane refuses the tokens that it gives.', { httpStatus: 401 });
    this.#loginThrottle.recordRefusal(token.issuedAt);
  }

  async #acquire(): Promise<string> {
    const { acquire, monotonic, timeoutMs } = this.#options;
    const previous = this.#state;
    try {
      const issued = await acquire(AbortSignal.timeout(timeoutMs));
      this.#state = { kind: 'valid', token: this.#toToken(issued, previous) };
      this.#refusal = null;
      if (issued.kind === 'login') this.#loginThrottle.reset();
      return issued.value;
    } catch (error) {
      const refusal = error instanceof SourceProblemError && error.isCredentialRefusal ? error : null;
      if (refusal !== null) {
        this.#refusal = refusal;
        this.#loginThrottle.recordRefusal(monotonic());
      }
      // Renewal starts early, so a failure is harmless until the token expires.
      if (previous.kind === 'valid' && monotonic() < previous.token.expiresAt) return previous.token.value;
      throw refusal?.withMinRetryAfter(this.#loginThrottle.waitMs(monotonic())) ?? error;
    }
  }

  #toToken({ value, lifeMs, kind }: IssuedToken, previous: TokenState): Token {
    const { monotonic, defaultLifeMs, random } = this.#options;
    const issuedAt = monotonic();
    const life = lifeMs ?? defaultLifeMs;
    return {
      value,
      issuedAt,
      // The jitter spreads the renewals of gateways that were started together.
      renewAt: issuedAt + life * renewAfterShare * (1 - renewalSpread + 2 * renewalSpread * random()),
      expiresAt: issuedAt + life,
      replacesRejectedToken: kind === 'login' && previous.kind === 'rejected',
    };
  }
}

const loginDelayMs = 30_000;
const refusalWindowMs = 15 * 60_000;
const maxRefusals = 5;

/**
 * Delays logins after refused ones, because repeated failed logins lock accounts: one login in 30 s, and at most
 * five refused ones in 15 minutes.
 */
export class LoginThrottle {
  /** Times of the latest refusals, oldest first. */
  #refusals: number[] = [];

  /** Milliseconds until the next login is allowed; 0 when it is now. */
  waitMs(now: number): number {
    const latest = this.#refusals.at(-1);
    if (latest === undefined) return 0;
    const [oldest = latest] = this.#refusals.slice(-maxRefusals);
    const isFull = this.#refusals.length >= maxRefusals;
    return Math.max(0, latest + loginDelayMs - now, isFull ? oldest + refusalWindowMs - now : 0);
  }

  recordRefusal(now: number): void {
    this.#refusals = [...this.#refusals, now].slice(-maxRefusals);
  }

  /** After a login that succeeded. */
  reset(): void {
    this.#refusals = [];
  }
}

/** Where the token of a request comes from: a TokenCache, or a token that never changes. */
export interface TokenProvider {
  /** A token that should be valid; rejects with a SourceProblemError when there is none. */
  get(signal: AbortSignal): Promise<string>;
  /** Reports that the plane refused this token. False: there is no other one. */
  invalidate(token: string): boolean;
}

/** A configured token, or one that a caller brought: when it is refused there is no other. */
export function createStaticTokenProvider(token: string): TokenProvider {
  return { get: () => Promise.resolve(token), invalidate: () => false };
}

/** Sends a request with a token, and once more with a new one when the plane refused the first. */
export async function sendWithToken<T>(
  tokens: TokenProvider,
  signal: AbortSignal,
  send: (token: string) => Promise<T>,
  isTokenRefused: (result: T) => boolean,
): Promise<T> {
  const token = await tokens.get(signal);
  const result = await send(token);
  if (!isTokenRefused(result) || !tokens.invalidate(token)) return result;
  return send(await tokens.get(signal));
}
