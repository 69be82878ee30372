import { setMaxListeners } from 'node:events';

import { type Clock, rejectOnAbort } from '../lib/scheduler.js';
import { SourceProblemError } from '../model/source-problem.js';
import { appendPlaneCode, isLoginRefusalStatus, type PlaneErrorBody } from './response-problem.js';

/** A token and how long it lives. */
export interface IssuedToken {
  readonly value: string;
  /** Milliseconds from now; null where the plane does not say. */
  readonly lifeMs: number | null;
  /** Whether the credentials were sent for it, or an earlier token was renewed. */
  readonly kind: 'login' | 'renewal';
}

/** How a plane refused a token. */
interface TokenRefusal extends Pick<PlaneErrorBody, 'code' | 'referenceToken'> {
  readonly httpStatus: number;
}

/** What the response to a request says about its token; null: nothing. */
export type TokenUse = { readonly kind: 'accepted' } | ({ readonly kind: 'refused' } & TokenRefusal) | null;

interface TokenCacheOptions extends Pick<Clock, 'monotonic' | 'random'> {
  /**
   * Gets a token. A refused login is a SourceProblemError of kind UNAUTHENTICATED or FORBIDDEN; one with another 4xx status
   * may have been refused, too.
   */
  readonly acquire: (signal: AbortSignal) => Promise<IssuedToken>;
  /** Renews the last token without the credentials; null where that is not possible. Absent: it never is. */
  readonly renew?: (signal: AbortSignal) => Promise<IssuedToken | null>;
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
  /** Whether the credentials were sent for it; false: an earlier token was renewed. */
  readonly isFromLogin: boolean;
  readonly login: Login;
  /** The login of the refused token because of which there was another one; null: there was none, or this is a renewal. */
  readonly replacedLogin: Login | null;
  /** When the first call was refused after the last one that succeeded; null: none was. */
  refusedSince: number | null;
  /** Whether the plane refused it for some calls as soon as it was new, although it accepts tokens of this account. */
  isPartlyRefused: boolean;
}

/** One login, shared by its token and those that were renewed from it. */
interface Login {
  /** The token that it brought. */
  readonly value: string;
  /** Whether a call with one of its tokens succeeded. */
  isConfirmed: boolean;
}

/** Share of its life after which a token is renewed, give or take a tenth. */
const renewAfterShare = 0.8;
const renewalSpread = 0.1;

/** A new token that is refused within this time, in milliseconds, says that the next one would be refused too. */
const newForMs = 30_000;

/**
 * One access token for all calls to a plane: callers that wait share one login, the token is renewed before it expires,
 * and logins are delayed after refused ones, and after tokens that were issued and refused. Only a call that succeeds ends
 * the delays: a login proves nothing about its token. A token that the plane accepts for some routes stays in use for them.
 */
export class TokenCache implements TokenProvider {
  readonly #options: TokenCacheOptions;
  readonly #loginThrottle = new LoginThrottle();
  #state: TokenState = { kind: 'none' };
  #acquiring: Promise<string> | null = null;
  /** Why no login is sent now, as long as the throttle delays it. */
  #refusal: { readonly error: SourceProblemError; readonly isOfToken: boolean } | null = null;

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
    const delayed = this.#delayedLogin(now);
    // While a renewal is refused, the old token still serves until it expires.
    if (delayed !== null && token !== null && now < token.expiresAt) return token.value;
    if (delayed !== null && !this.#mayRenew) throw delayed;
    this.#acquiring ??= (delayed === null ? this.#acquire() : this.#renew(delayed)).finally(() => {
      this.#acquiring = null;
    });
    // Every call of a read waits for the login with the one signal of the read.
    setMaxListeners(0, signal);
    return rejectOnAbort(this.#acquiring, signal, () => {
      return new SourceProblemError('TIMEOUT', 'The plane did not answer a login in time.', { cause: signal.reason });
    });
  }

  confirm(value: string): void {
    if (this.#state.kind === 'none') return;
    const { token } = this.#state;
    if (value !== token.value && value !== token.login.value) return;
    token.login.isConfirmed = true;
    // Of calls that were sent together, the refused one may have been answered first.
    if (this.#refusal?.isOfToken === true) this.#refusal = null;
    if (this.#state.kind !== 'valid' || value !== token.value) return;
    token.refusedSince = null;
    // A plane may accept a token for one route and refuse it for another: in its first seconds that is not known yet.
    if (token.replacedLogin !== null && (token.isPartlyRefused || this.#isNew(token))) return;
    this.#refusal = null;
    this.#loginThrottle.reset();
  }

  /** The first of concurrent callers counts; a token that was replaced in the meantime is ignored. */
  reject(value: string, refusal: TokenRefusal): SourceProblemError | 'final' | null {
    if (this.#state.kind === 'valid' && this.#state.token.value === value) {
      const { token } = this.#state;
      if (this.#isKept(token)) return 'final';
      this.#state = { kind: 'rejected', token };
      if (token.isFromLogin && !token.login.isConfirmed) {
        this.#refusal = { error: createTokenProblem(refusal), isOfToken: true };
        if (!token.isPartlyRefused) this.#loginThrottle.recordRefusal(token.issuedAt);
      }
    }
    return this.#state.kind === 'rejected' ? this.#delayedLogin(this.#options.monotonic()) : null;
  }

  /**
   * Whether a refused token stays in use: where the plane accepts tokens of this account and refuses each new one for some
   * calls, another login would not help. If none of its calls succeeds any more, the token itself was revoked.
   */
  #isKept(token: Token): boolean {
    const now = this.#options.monotonic();
    token.refusedSince ??= now;
    const isAccepted = token.login.isConfirmed || token.replacedLogin?.isConfirmed === true;
    if (token.replacedLogin === null || !isAccepted) return false;
    if (!token.isPartlyRefused && this.#isNew(token)) {
      token.isPartlyRefused = true;
      this.#loginThrottle.recordRefusal(token.issuedAt);
    }
    return token.isPartlyRefused && (now - token.refusedSince < newForMs || this.#loginThrottle.waitMs(now) > 0);
  }

  /** Why no login is sent now; null when one may be sent. */
  #delayedLogin(now: number): SourceProblemError | null {
    const waitMs = this.#loginThrottle.waitMs(now);
    if (this.#refusal === null || waitMs === 0) return null;
    const { error } = this.#refusal;
    return new SourceProblemError(error.problem.kind, error.message, { ...error.problem, retryAfterMs: waitMs, cause: error });
  }

  #isNew({ issuedAt }: Token): boolean {
    return this.#options.monotonic() - issuedAt < newForMs;
  }

  /** A token that is refused right after its login is renewed once: for that, no credentials are sent. */
  get #mayRenew(): boolean {
    return this.#options.renew !== undefined && this.#state.kind === 'rejected' && this.#state.token.isFromLogin;
  }

  async #renew(delayed: SourceProblemError): Promise<string> {
    const { renew, timeoutMs } = this.#options;
    const issued = (await renew?.(AbortSignal.timeout(timeoutMs))) ?? null;
    if (issued === null) throw delayed;
    this.#state = { kind: 'valid', token: this.#toToken(issued, this.#state) };
    return issued.value;
  }

  async #acquire(): Promise<string> {
    const { acquire, monotonic, timeoutMs } = this.#options;
    const previous = this.#state;
    try {
      const issued = await acquire(AbortSignal.timeout(timeoutMs));
      this.#state = { kind: 'valid', token: this.#toToken(issued, previous) };
      return issued.value;
    } catch (error) {
      const failure = error instanceof SourceProblemError && isLoginFailure(error) ? error : null;
      if (failure !== null) {
        this.#refusal = { error: failure, isOfToken: false };
        if (failure.isCredentialRefusal) this.#loginThrottle.recordRefusal(monotonic());
        else this.#loginThrottle.recordUnclear(monotonic());
      }
      // Renewal starts early, so a failure is harmless until the token expires.
      if (previous.kind === 'valid' && monotonic() < previous.token.expiresAt) return previous.token.value;
      throw failure?.withMinRetryAfter(this.#loginThrottle.waitMs(monotonic())) ?? error;
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
      isFromLogin: kind === 'login',
      login: kind === 'renewal' && previous.kind !== 'none' ? previous.token.login : { value, isConfirmed: false },
      replacedLogin: kind === 'login' && previous.kind === 'rejected' ? previous.token.login : null,
      refusedSince: null,
      isPartlyRefused: false,
    };
  }
}

/** A plane that issues tokens and refuses them. */
function createTokenProblem({ code, ...details }: TokenRefusal): SourceProblemError {
  const message = appendPlaneCode(
    'The log-in works, but the plane refuses every call with it: the account may lack a role, the token may be meant for another audience, or a clock may be wrong.',
    code,
  );
  return new SourceProblemError('UNAUTHENTICATED', message, details);
}

/**
 * Whether the plane may count a failed login against the account: it was refused, or something in front of the plane may
 * have put its own answer in place of a refusal.
 */
function isLoginFailure({ isCredentialRefusal, problem }: SourceProblemError): boolean {
  return isCredentialRefusal || (problem.httpStatus !== null && isLoginRefusalStatus(problem.httpStatus));
}

/** Between two logins after a failed one, in milliseconds. */
export const minLoginDelayMs = 30_000;
const windowMs = 15 * 60_000;
const maxInWindow = 5;

/** With this distance, five logins in any 15 minutes are possible for ever. */
const defaultMaxDelayMs = windowMs / (maxInWindow - 1);

/**
 * Delays logins after failed ones, because repeated failed logins lock accounts: one login in 30 s, and at most five
 * refused ones in 15 minutes. The delay doubles with each refusal of the last 15 minutes, so that what was mended is
 * noticed after minutes.
 */
export class LoginThrottle {
  /** Times of the latest refusals, oldest first. */
  #refusals: readonly number[] = [];
  #unclearAt = -Infinity;
  readonly #maxDelayMs: number;

  /** `maxDelayMs`: where the doubling ends, in milliseconds. */
  constructor(maxDelayMs = defaultMaxDelayMs) {
    this.#maxDelayMs = maxDelayMs;
  }

  /** Milliseconds until the next login is allowed; 0 when it is now. */
  waitMs(now: number): number {
    const recentCount = this.#refusals.filter((at) => now - at < windowMs).length;
    const delayMs = Math.min(minLoginDelayMs * 2 ** (recentCount - 1), this.#maxDelayMs);
    const [oldest = now] = this.#refusals;
    const isFull = this.#refusals.length === maxInWindow;
    const dueAt = Math.max(
      this.#unclearAt + minLoginDelayMs,
      (this.#refusals.at(-1) ?? -Infinity) + delayMs,
      isFull ? oldest + windowMs : 0,
    );
    return Math.max(0, dueAt - now);
  }

  recordRefusal(now: number): void {
    this.#refusals = [...this.#refusals, now].slice(-maxInWindow);
  }

  /** A login that may have been refused. */
  recordUnclear(now: number): void {
    this.#unclearAt = now;
  }

  reset(): void {
    this.#refusals = [];
    this.#unclearAt = -Infinity;
  }
}

/** Where the token of a request comes from: a TokenCache, or a token that never changes. */
export interface TokenProvider {
  /** A token that should be valid; rejects with a SourceProblemError when there is none. */
  get(signal: AbortSignal): Promise<string>;
  /** Reports that a call with this token succeeded. */
  confirm(token: string): void;
  /**
   * Reports that the plane refused this token. `final`: there is no other one to try; an error: there is none now, unless
   * this one can be renewed.
   */
  reject(token: string, refusal: TokenRefusal): SourceProblemError | 'final' | null;
}

/** A configured token, or one that a caller brought: when it is refused there is no other. */
export function createStaticTokenProvider(token: string): TokenProvider {
  return { get: () => Promise.resolve(token), confirm: () => undefined, reject: () => 'final' };
}

/**
 * Sends a request with a token, and once more with a new one when the plane refused the first. `classifyUse` must report a
 * refusal only where the plane itself refused: that proves that nothing was done.
 */
export async function sendWithToken<T>(
  tokens: TokenProvider,
  signal: AbortSignal,
  send: (token: string) => Promise<T>,
  classifyUse: (result: T) => TokenUse,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const token = await tokens.get(signal);
    const result = await send(token);
    const use = classifyUse(result);
    if (use?.kind === 'accepted') tokens.confirm(token);
    if (use?.kind !== 'refused') return result;
    const problem = tokens.reject(token, use);
    if (problem === 'final') return result;
    if (attempt < 2) continue;
    if (problem !== null) throw problem;
    return result;
  }
}
