import { createHash, timingSafeEqual } from 'node:crypto';

import type { Identity } from '../../gateway/access/policy.js';
import { AuthenticationError } from './authentication-errors.js';
import type { HashedApiKey } from './authentication-settings.js';
import type { CredentialVerifier, VerifiedCredential } from './credentials.js';

interface LoadedApiKey extends HashedApiKey {
  readonly hash: Buffer;
  readonly identity: Identity;
}

/**
 * Keys, by their hashes. One round of SHA-256 is enough: a key that `tributary keys create` makes has 256 random bits, which no
 * dictionary holds and nobody can count through; a slow hash would help only against guessing, and would let strangers burn our time.
 */
export class ApiKeyVerifier implements CredentialVerifier {
  readonly #now: () => number;
  #keys: ReadonlyMap<string, LoadedApiKey> = new Map();

  constructor(keys: readonly HashedApiKey[], now: () => number) {
    this.#now = now;
    this.replace(keys);
  }

  /** From now on only these are good, also for who came in before. */
  replace(keys: readonly HashedApiKey[]): void {
    this.#keys = new Map(
      keys.map((key) => {
        const identity = { subject: null, keyId: key.id, roles: key.roles };
        return [key.id, { ...key, hash: Buffer.from(key.sha256, 'hex'), identity }];
      }),
    );
  }

  async verify(credential: string): Promise<VerifiedCredential> {
    const hash = createHash('sha256').update(credential).digest();
    const key = this.#find(hash);
    if (key === null) throw new AuthenticationError();
    return { callerId: `key:${key.id}`, identity: () => this.#identify(key.id, hash) };
  }

  /** Every key is compared, whole, whether one fitted or not: the time tells nothing. */
  #find(hash: Buffer): LoadedApiKey | null {
    let found: LoadedApiKey | null = null;
    for (const key of this.#keys.values()) if (timingSafeEqual(key.hash, hash)) found = key;
    return found !== null && this.#isValid(found) ? found : null;
  }

  /** Of a key that was good: it may have been revoked, replaced by another one of its id, or have ended since. */
  #identify(id: string, hash: Buffer): Identity | null {
    const key = this.#keys.get(id);
    return key !== undefined && timingSafeEqual(key.hash, hash) && this.#isValid(key) ? key.identity : null;
  }

  #isValid({ expiresAt }: HashedApiKey): boolean {
    return expiresAt === null || this.#now() < expiresAt;
  }
}

/** Wrong keys from one address within this time are counted, in milliseconds. */
const windowMs = 60_000;
const mostInWindow = 10;

/** So many addresses are remembered; then those that failed longest ago are forgotten. */
const mostAddresses = 10_000;

/** Counts wrong keys by the address that they came from. */
export class FailedAttempts {
  readonly #now: () => number;
  /** Times of failures, oldest first; the address that failed last comes last. */
  readonly #times = new Map<string, readonly number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds until a key from this address is looked at again; 0: at once. */
  waitMs(address: string): number {
    const recent = this.#recent(address);
    return recent.length < mostInWindow ? 0 : Math.max(0, (recent[recent.length - mostInWindow] ?? 0) + windowMs - this.#now());
  }

  record(address: string): void {
    const times = [...this.#recent(address), this.#now()];
    this.#times.delete(address);
    this.#times.set(address, times);
    const oldest = this.#times.keys().next();
    if (this.#times.size > mostAddresses && oldest.done !== true) this.#times.delete(oldest.value);
  }

  #recent(address: string): readonly number[] {
    const since = this.#now() - windowMs;
    return (this.#times.get(address) ?? []).filter((at) => at > since);
  }
}
