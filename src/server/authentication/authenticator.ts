import { Policy } from '../../gateway/access/policy.js';
import { type Scheduler, timerScheduler } from '../../lib/scheduler.js';
import { ApiKeyVerifier } from './api-key-verifier.js';
import { AuthenticationError, TooManyFailuresError } from './authentication-errors.js';
import type { AuthenticationSettings } from './authentication-settings.js';
import { isTrustedAddress, parseTrustedProxies, resolveClientAddress, type TrustedProxies } from './client-address.js';
import { CredentialRefusalLog, RefusedCredentialError, type WarningLog } from './credential-refusals.js';
import { hasCredentialInUrl, type PresentedCredentials, type VerifiedCredential } from './credentials.js';
import { FailedAttempts } from './failed-attempts.js';
import type { ReadDocument } from './jwks-cache.js';
import { AuthenticatedSession, createAnonymousSession, type Session } from './session.js';
import { type IssuerState, TokenVerifier } from './token-verifier.js';

interface AuthenticatorOptions {
  readonly access: AuthenticationSettings;
  /** Proxies whose X-Forwarded-For is believed: IP addresses and networks. */
  readonly trustedProxies: readonly string[];
  readonly fetchPublicDocument: ReadDocument;
  /** Milliseconds that the clock of the server of these keys is ahead, by its last response; null while it is not known. */
  readonly issuerClockAheadMs?: (jwksUri: URL) => number | null;
  /** Milliseconds since 1970. The times of tokens and keys are compared with it. */
  readonly now: () => number;
  /** Milliseconds of a clock that is never set back, by which durations are measured; `now` by default. */
  readonly monotonic?: () => number;
  /** When the keys of issuers are read again; real time by default. */
  readonly scheduler?: Scheduler;
  /** Where it is logged why credentials are refused; nothing is logged by default. */
  readonly warn?: WarningLog;
}

/** Authenticates callers of every transport, before anything else of a request is read. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #refusals: CredentialRefusalLog;
  readonly #wrongKeys: FailedAttempts;
  readonly #wrongTokens: FailedAttempts;
  readonly #trustedProxies: TrustedProxies;
  readonly #keys: ApiKeyVerifier;
  readonly #tokens: TokenVerifier;
  #settings: AuthenticationSettings;
  #policy = new Policy([]);

  constructor(options: AuthenticatorOptions) {
    const { now, monotonic = now, scheduler = timerScheduler, warn = discardWarning, fetchPublicDocument } = options;
    this.#options = options;
    this.#refusals = new CredentialRefusalLog(warn, monotonic);
    this.#wrongKeys = new FailedAttempts('keys', monotonic);
    this.#wrongTokens = new FailedAttempts('tokens', monotonic);
    this.#trustedProxies = parseTrustedProxies(options.trustedProxies);
    this.#keys = new ApiKeyVerifier([], now);
    this.#tokens = new TokenVerifier({ fetchPublicDocument, clock: { now, monotonic, scheduler }, refusals: this.#refusals, warn });
    this.#settings = options.access;
    this.replace(options.access);
  }

  /** Applies new settings, also to callers who authenticated before. The mode takes a restart to change: false, and nothing changes. */
  replace(access: AuthenticationSettings): boolean {
    if (access.mode !== this.#options.access.mode) return false;
    this.#settings = access;
    if (access.mode === 'none') return true;
    if (access.mode === 'keys') this.#keys.replace(access.keys);
    else this.#tokens.replace(access.issuers, access.rolesClaim);
    this.#policy = new Policy(access.grants);
    return true;
  }

  /** Forgets the public keys of all issuers and reads them again, so that a key that was removed ends at once; false: there is no issuer. */
  forgetIssuerKeys(): boolean {
    if (this.#settings.mode !== 'jwt') return false;
    this.#tokens.forgetKeys();
    return true;
  }

  /** Ends what runs in the background. */
  close(): void {
    this.#tokens.close();
  }

  /** Whether the keys of each issuer of tokens can be read, and by how much its clock is ahead; empty where there are no tokens. */
  async inspectIssuers(): Promise<readonly (IssuerState & { readonly clockAheadMs: number | null })[]> {
    if (this.#settings.mode !== 'jwt') return [];
    const { issuerClockAheadMs = () => null } = this.#options;
    const issuers = await this.#tokens.inspectIssuers();
    return issuers.map((issuer) => ({ ...issuer, clockAheadMs: issuerClockAheadMs(issuer.jwksUri) }));
  }

  /**
   * Lets a caller in.
   *
   * @throws AuthenticationError for a credential that is not valid, TooManyFailuresError where too many wrong ones came from the same
   * address, IssuerUnreachableError when a token cannot be checked.
   */
  async authenticate(credentials: PresentedCredentials): Promise<Session> {
    const { mode } = this.#settings;
    const address = this.resolveAddress(credentials);
    if (mode === 'none') return createAnonymousSession(`address:${address}`, credentials.sourceTokens);
    if (hasCredentialInUrl(credentials.url)) throw this.#refuse(new RefusedCredentialError('IN_URL'));
    if (credentials.authorization === undefined) throw new AuthenticationError();
    const token = parseBearerToken(credentials.authorization);
    if (token === null) throw this.#refuse(new RefusedCredentialError('NOT_BEARER'));
    const verified = mode === 'keys' ? await this.#verifyApiKey(token, address) : await this.#verifyToken(token, address);
    return new AuthenticatedSession(verified, () => this.#policy, credentials.sourceTokens);
  }

  /** The address by which a client is counted. */
  resolveAddress(client: Pick<PresentedCredentials, 'remoteAddress' | 'forwardedFor'>): string {
    return resolveClientAddress(client, this.#trustedProxies);
  }

  /** Whether the headers that a proxy at this address adds are trusted. */
  isTrustedProxy(address: string | undefined): boolean {
    return isTrustedAddress(this.#trustedProxies, address ?? '');
  }

  async #verifyApiKey(key: string, address: string): Promise<VerifiedCredential> {
    try {
      return await this.#wrongKeys.limit(address, () => this.#keys.verify(key));
    } catch (error) {
      this.#refusals.record(error, null);
      throw error;
    }
  }

  /** A token that was verified before is accepted from every address: it costs nothing, and teaches nothing. */
  async #verifyToken(token: string, address: string): Promise<VerifiedCredential> {
    try {
      return this.#tokens.recall(token) ?? (await this.#wrongTokens.limit(address, () => this.#tokens.verify(token)));
    } catch (error) {
      // The verifier, which knows the issuer, has recorded its own errors.
      if (error instanceof TooManyFailuresError) this.#refusals.record(error, null);
      throw error;
    }
  }

  #refuse(reason: RefusedCredentialError): AuthenticationError {
    const error = new AuthenticationError(reason);
    this.#refusals.record(error, null);
    return error;
  }
}

function discardWarning(): void {
  // Nothing is logged.
}

/** RFC 6750, section 2.1; the name of the scheme in any case. */
function parseBearerToken(authorization: string): string | null {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1] ?? null;
}
