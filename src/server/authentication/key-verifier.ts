import { createHash, timingSafeEqual } from 'node:crypto';

import type { AccessKey } from './access.js';
import { UnauthenticatedError } from './unauthenticated-error.js';
import type { Proof, Verifier } from './verifier.js';

interface HashedKey extends AccessKey {
  readonly hash: Buffer;
}

/**
 * Keys, by their hashes. One round of SHA-256 is enough: a key that `tributary keys create` makes has 256 random bits, which no
 * dictionary holds and nobody can count through; a slow hash would help only against guessing, and would let strangers burn our time.
 */
export class KeyVerifier implements Verifier {
  readonly #now: () => number;
  #keys: readonly HashedKey[] = [];

  constructor(keys: readonly AccessKey[], now: () => number) {
    this.#now = now;
    this.replace(keys);
  }

  /** From now on only these are good, also for who came in before. */
  replace(keys: readonly AccessKey[]): void {
    this.#keys = keys.map((key) => ({ ...key, hash: Buffer.from(key.sha256, 'hex') }));
  }

  async verify(credential: string): Promise<Proof> {
    const hash = createHash('sha256').update(credential).digest();
    const key = this.#find(hash);
    if (key === null) throw new UnauthenticatedError();
    return { callerId: `key:${key.id}`, identity: () => identityOf(this.#find(hash, key.id)) };
  }

  /** Every key is compared, whole, whether one fitted or not: the time tells nothing. */
  #find(hash: Buffer, id?: string): HashedKey | null {
    let found: HashedKey | null = null;
    for (const key of this.#keys) {
      if (timingSafeEqual(key.hash, hash) && (id === undefined || key.id === id)) found = key;
    }
    return found !== null && (found.expiresAt === null || this.#now() < found.expiresAt) ? found : null;
  }
}

function identityOf(key: AccessKey | null): ReturnType<Proof['identity']> {
  return key === null ? null : { subject: null, keyId: key.id, roles: key.roles };
}
