import { createHash, timingSafeEqual } from 'node:crypto';

import type { Identity } from '../../task/access/identity.js';
import type { AccessKey } from './access.js';
import { UnauthenticatedError } from './unauthenticated-error.js';
import type { Proof, Verifier } from './verifier.js';

interface HashedKey extends AccessKey {
  readonly hash: Buffer;
  readonly identity: Identity;
}

/**
 * Keys, by their hashes. One round of SHA-256 is enough: a key that `tributary keys create` makes has 256 random bits, which no
 * dictionary holds and nobody can count through; a slow hash would help only against guessing, and would let strangers burn our time.
 */
export class KeyVerifier implements Verifier {
  readonly #now: () => number;
  #keys: ReadonlyMap<string, HashedKey> = new Map();

  constructor(keys: readonly AccessKey[], now: () => number) {
    this.#now = now;
    this.replace(keys);
  }

  /** From now on only these are good, also for who came in before. */
  replace(keys: readonly AccessKey[]): void {
    this.#keys = new Map(
      keys.map((key) => {
        const identity = { subject: null, keyId: key.id, roles: key.roles };
        return [key.id, { ...key, hash: Buffer.from(key.sha256, 'hex'), identity }];
      }),
    );
  }

  async verify(credential: string): Promise<Proof> {
    const hash = createHash('sha256').update(credential).digest();
    const key = this.#find(hash);
    if (key === null) throw new UnauthenticatedError();
    return { callerId: `key:${key.id}`, identity: () => this.#identity(key.id, hash) };
  }

  /** Every key is compared, whole, whether one fitted or not: the time tells nothing. */
  #find(hash: Buffer): HashedKey | null {
    let found: HashedKey | null = null;
    for (const key of this.#keys.values()) if (timingSafeEqual(key.hash, hash)) found = key;
    return found !== null && this.#isGood(found) ? found : null;
  }

  /** Of a key that was good: it may have been revoked, replaced by another one of its id, or have ended since. */
  #identity(id: string, hash: Buffer): Identity | null {
    const key = this.#keys.get(id);
    return key !== undefined && timingSafeEqual(key.hash, hash) && this.#isGood(key) ? key.identity : null;
  }

  #isGood({ expiresAt }: AccessKey): boolean {
    return expiresAt === null || this.#now() < expiresAt;
  }
}
