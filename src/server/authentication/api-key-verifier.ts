import { hash as digest, timingSafeEqual } from 'node:crypto';

import type { Identity } from '../../gateway/access/policy.js';
import { AuthenticationError } from './authentication-errors.js';
import type { HashedApiKey } from './authentication-settings.js';
import { RefusedCredentialError } from './credential-refusals.js';
import type { VerifiedCredential } from './credentials.js';

interface LoadedApiKey extends HashedApiKey {
  readonly hash: Buffer;
  readonly identity: Identity;
}

/**
 * Verifies API keys by their hashes. One round of SHA-256 is enough: a key that `tributary keys create` makes has 256 random bits, which
 * no dictionary contains and no search can exhaust. A slow hash would only help attackers to keep the gateway busy.
 */
export class ApiKeyVerifier {
  readonly #now: () => number;
  #keys: ReadonlyMap<string, LoadedApiKey> = new Map();

  constructor(keys: readonly HashedApiKey[], now: () => number) {
    this.#now = now;
    this.replace(keys);
  }

  /** From now on only these keys are valid, also for callers who authenticated before. */
  replace(keys: readonly HashedApiKey[]): void {
    this.#keys = new Map(
      keys.map((key) => {
        const identity = { issuer: null, subject: null, keyId: key.id, roles: key.roles };
        return [key.id, { ...key, hash: Buffer.from(key.sha256, 'hex'), identity }];
      }),
    );
  }

  /** @throws AuthenticationError for a key that is unknown or has expired. */
  async verify(credential: string): Promise<VerifiedCredential> {
    const hash = digest('sha256', credential, 'buffer');
    const key = this.#find(hash);
    if (key === null) throw new AuthenticationError(new RefusedCredentialError('UNKNOWN_API_KEY'));
    if (!this.#isValid(key)) throw new AuthenticationError(new RefusedCredentialError('EXPIRED_API_KEY', { keyId: key.id }));
    return { callerId: `key:${key.id}`, identity: () => this.#identify(key, hash) };
  }

  /** Compares every key as a whole, also after a match, so that the time taken reveals nothing. */
  #find(hash: Buffer): LoadedApiKey | null {
    let found: LoadedApiKey | null = null;
    for (const key of this.#keys.values()) if (timingSafeEqual(key.hash, hash)) found = key;
    return found;
  }

  /** The identity of a key that was valid. Since then it may have been revoked, replaced by another key with its id, or have expired. */
  #identify(verified: LoadedApiKey, hash: Buffer): Identity | null {
    const key = this.#keys.get(verified.id);
    if (key === undefined || !this.#isValid(key)) return null;
    // Asked several times for each event of each subscriber: as long as the keys were not replaced, it is the same object.
    return key === verified || timingSafeEqual(key.hash, hash) ? key.identity : null;
  }

  #isValid({ expiresAt }: HashedApiKey): boolean {
    return expiresAt === null || this.#now() < expiresAt;
  }
}
