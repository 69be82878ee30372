import { Policy } from '../../gateway/access/policy.js';
import { ApiKeyVerifier, FailedAttempts } from './api-key-verifier.js';
import { AuthenticationError, TooManyFailuresError } from './authentication-errors.js';
import type { AuthenticationSettings } from './authentication-settings.js';
import { isTrustedAddress, parseTrustedProxies, resolveClientAddress, type TrustedProxies } from './client-address.js';
import { CredentialRefusalLog, RefusedCredentialError, type WarningLog } from './credential-refusals.js';
import { hasCredentialInUrl, type PresentedCredentials, type VerifiedCredential } from './credentials.js';
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
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Where it is logged why credentials are refused; nothing is logged by default. */
  readonly warn?: WarningLog;
}

/** Authenticates callers of every transport, before anything else of a request is read. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #refusals: CredentialRefusalLog;
  readonly #failures: FailedAttempts;
  readonly #trustedProxies: TrustedProxies;
  readonly #keys: ApiKeyVerifier;
  readonly #tokens: TokenVerifier;
  #settings: AuthenticationSettings;
  #policy = new Policy([]);

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#refusals = new CredentialRefusalLog(options.warn ?? discardWarning, options.now);
    this.#failures = new FailedAttempts(options.now);
    this.#trustedProxies = parseTrustedProxies(options.trustedProxies);
    this.#keys = new ApiKeyVerifier([], options.now);
    this.#tokens = new TokenVerifier([], '', { ...options, refusals: this.#refusals });
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
   * @throws AuthenticationError for a credential that is not valid, TooManyFailuresError where too many wrong keys came from the same
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
    const verified = mode === 'keys' ? await this.#verifyApiKey(token, address) : await this.#tokens.verify(token);
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
      const waitMs = this.#failures.waitMs(address);
      if (waitMs > 0) throw new TooManyFailuresError(waitMs);
      return await this.#keys.verify(key);
    } catch (error) {
      if (error instanceof AuthenticationError) this.#failures.record(address);
      this.#refusals.record(error, null);
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
