import type { BlockList } from 'node:net';

import { Policy } from '../../task/access/policy.js';
import type { Access } from './access.js';
import { clientAddressOf, type Peer, trustedProxies } from './client-address.js';
import { FailedAttempts } from './failed-attempts.js';
import type { ReadDocument } from './key-set.js';
import { KeyVerifier } from './key-verifier.js';
import { hasCredentialInUrl, type Presented } from './presented.js';
import { openSession, ProvenSession, type Session } from './session.js';
import { TokenVerifier } from './token-verifier.js';
import { TooManyFailuresError } from './too-many-failures-error.js';
import { UnauthenticatedError } from './unauthenticated-error.js';
import type { Proof } from './verifier.js';

export interface EntranceOptions {
  readonly access: Access;
  /** Proxies whose X-Forwarded-For is believed: IP addresses and networks. */
  readonly trustedProxies: readonly string[];
  readonly readDocument: ReadDocument;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The only way in, whatever the transport. It looks at what a client shows before anything else of a request is read. */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #failures: FailedAttempts;
  readonly #trusted: BlockList;
  readonly #keys: KeyVerifier;
  readonly #tokens: TokenVerifier;
  #access: Access;
  #policy = new Policy([]);

  constructor(options: EntranceOptions) {
    this.#options = options;
    this.#failures = new FailedAttempts(options.now);
    this.#trusted = trustedProxies(options.trustedProxies);
    this.#keys = new KeyVerifier([], options.now);
    this.#tokens = new TokenVerifier([], '', options);
    this.#access = options.access;
    this.replace(options.access);
  }

  /** Whether anybody is asked who they are. */
  get isOpen(): boolean {
    return this.#access.mode === 'none';
  }

  /** From now on this holds, also for who came in before. The mode is for a new start to change: false, and nothing changes. */
  replace(access: Access): boolean {
    if (access.mode !== this.#options.access.mode) return false;
    this.#access = access;
    if (access.mode === 'none') return true;
    if (access.mode === 'keys') this.#keys.replace(access.keys);
    else this.#tokens.replace(access.issuers, access.rolesClaim);
    this.#policy = new Policy(access.grants);
    return true;
  }

  /** The address that a client is counted by: a trusted proxy is believed who it speaks for. */
  addressOf(peer: Peer): string {
    return clientAddressOf(peer, this.#trusted);
  }

  /**
   * Lets a client in. Rejects with an UnauthenticatedError, with a TooManyFailuresError where too many wrong keys came from the
   * same address, or with an IssuerUnreachableError.
   */
  async admit(presented: Presented): Promise<Session> {
    const { mode } = this.#access;
    if (mode === 'none') return openSession(presented.sourceTokens);
    if (hasCredentialInUrl(presented.url)) throw new UnauthenticatedError();
    const credential = bearerIn(presented.authorization);
    if (credential === null) throw new UnauthenticatedError();
    const proof = mode === 'keys' ? await this.#byKey(credential, presented) : await this.#tokens.verify(credential);
    return new ProvenSession(proof, () => this.#policy, presented.sourceTokens);
  }

  async #byKey(key: string, presented: Presented): Promise<Proof> {
    const address = this.addressOf(presented);
    const waitMs = this.#failures.waitMs(address);
    if (waitMs > 0) throw new TooManyFailuresError(waitMs);
    try {
      return await this.#keys.verify(key);
    } catch (error) {
      if (error instanceof UnauthenticatedError) this.#failures.count(address);
      throw error;
    }
  }
}

/** RFC 6750, 2.1; the name of the scheme in any case. */
function bearerIn(authorization: string | undefined): string | null {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}
