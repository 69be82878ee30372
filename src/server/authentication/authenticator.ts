import type { BlockList } from 'node:net';

import { Policy } from '../../gateway/access/policy.js';
import { ApiKeyVerifier, FailedAttempts } from './api-key-verifier.js';
import { AuthenticationError, TooManyFailuresError } from './authentication-errors.js';
import type { AuthenticationSettings } from './authentication-settings.js';
import { parseTrustedProxies, type Peer, resolveClientAddress } from './client-address.js';
import { hasCredentialInUrl, type PresentedCredentials, type VerifiedCredential } from './credentials.js';
import type { ReadDocument } from './jwks-cache.js';
import { AuthenticatedSession, createAnonymousSession, type Session } from './session.js';
import { TokenVerifier } from './token-verifier.js';

export interface AuthenticatorOptions {
  readonly access: AuthenticationSettings;
  /** Proxies whose X-Forwarded-For is believed: IP addresses and networks. */
  readonly trustedProxies: readonly string[];
  readonly fetchPublicDocument: ReadDocument;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The only way in, whatever the transport. It looks at what a client shows before anything else of a request is read. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #failures: FailedAttempts;
  readonly #trustedProxies: BlockList;
  readonly #keys: ApiKeyVerifier;
  readonly #tokens: TokenVerifier;
  #settings: AuthenticationSettings;
  #policy = new Policy([]);

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#failures = new FailedAttempts(options.now);
    this.#trustedProxies = parseTrustedProxies(options.trustedProxies);
    this.#keys = new ApiKeyVerifier([], options.now);
    this.#tokens = new TokenVerifier([], '', options);
    this.#settings = options.access;
    this.replace(options.access);
  }

  /** Whether anybody is asked who they are. */
  get allowsAnonymous(): boolean {
    return this.#settings.mode === 'none';
  }

  /** From now on this holds, also for who came in before. The mode is for a new start to change: false, and nothing changes. */
  replace(access: AuthenticationSettings): boolean {
    if (access.mode !== this.#options.access.mode) return false;
    this.#settings = access;
    if (access.mode === 'none') return true;
    if (access.mode === 'keys') this.#keys.replace(access.keys);
    else this.#tokens.replace(access.issuers, access.rolesClaim);
    this.#policy = new Policy(access.grants);
    return true;
  }

  /** The address that a client is counted by: a trusted proxy is believed who it speaks for. */
  clientAddress(peer: Peer): string {
    return resolveClientAddress(peer, this.#trustedProxies);
  }

  /**
   * Lets a client in. Rejects with an UnauthenticatedError, with a TooManyFailuresError where too many wrong keys came from the
   * same address, or with an IssuerUnreachableError.
   */
  async authenticate(presented: PresentedCredentials): Promise<Session> {
    const { mode } = this.#settings;
    if (mode === 'none') return createAnonymousSession(presented.sourceTokens);
    if (hasCredentialInUrl(presented.url)) throw new AuthenticationError();
    const credential = parseBearerToken(presented.authorization);
    if (credential === null) throw new AuthenticationError();
    const proof = mode === 'keys' ? await this.#verifyApiKey(credential, presented) : await this.#tokens.verify(credential);
    return new AuthenticatedSession(proof, () => this.#policy, presented.sourceTokens);
  }

  async #verifyApiKey(key: string, presented: PresentedCredentials): Promise<VerifiedCredential> {
    const address = this.clientAddress(presented);
    const waitMs = this.#failures.waitMs(address);
    if (waitMs > 0) throw new TooManyFailuresError(waitMs);
    try {
      return await this.#keys.verify(key);
    } catch (error) {
      if (error instanceof AuthenticationError) this.#failures.record(address);
      throw error;
    }
  }
}

/** RFC 6750, 2.1; the name of the scheme in any case. */
function parseBearerToken(authorization: string | undefined): string | null {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}
