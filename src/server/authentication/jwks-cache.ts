import { createLocalJWKSet, type CryptoKey, errors, type JSONWebKeySet, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';

import { IssuerUnreachableError } from './authentication-errors.js';
import { RefusedCredentialError } from './credential-refusals.js';

/** Reads the text of a document at a URL; rejects when it does not arrive within 5 s, or with another status than 200. */
export type ReadDocument = (url: URL) => Promise<string>;

/** Keys that were read longer ago, in milliseconds, are no longer trusted: this bounds how long a revoked key works. */
const maxAgeMs = 600_000;

/**
 * After a token that no key fits has caused a read, successful or not, others cause none for this long, in milliseconds: any client can
 * invent key ids and signatures.
 */
const coolDownMs = 30_000;

/** The same between reads while no key is trusted, so that nobody gets in until a read succeeds. */
const shortCoolDownMs = 5_000;

type LocalSet = ReturnType<typeof createLocalJWKSet>;

/** The keys of an issuer as they were read once. Other keys are another object. */
export type KeySet = object;

/** The claims of a token, and the keys one of which signed it. */
interface VerifiedClaims {
  readonly claims: JWTPayload;
  readonly keys: KeySet;
}

/** The state of the keys of an issuer. */
export interface JwksState {
  readonly isReachable: boolean;
  /** Milliseconds since 1970; null when they have never been read. */
  readonly keysReadAt: number | null;
}

/**
 * The public keys of one issuer, read when a token needs them, single-flight. While the issuer is down, the cached keys stay valid
 * until they are too old; after that, tokens cannot be checked. Not jose's createRemoteJWKSet: it contacts an issuer that is down
 * once for every token.
 */
export class JwksCache {
  readonly #url: URL;
  readonly #fetchPublicDocument: ReadDocument;
  readonly #now: () => number;
  #cached: { readonly set: LocalSet; readonly readAt: number } | null = null;
  #lastRead: { readonly at: number; readonly error: unknown } | null = null;
  /** When a token that no key fits last caused a read. */
  #lastRenewalAt: number | null = null;
  #inFlight: Promise<void> | null = null;

  constructor(url: URL, fetchPublicDocument: ReadDocument, now: () => number) {
    this.#url = url;
    this.#fetchPublicDocument = fetchPublicDocument;
    this.#now = now;
  }

  /**
   * Verifies a token with the keys that fit its header, and returns its claims. Where none of them made the signature, the issuer may have
   * replaced a key since, with or without another `kid`: the keys are read again, unless that was done a moment ago.
   *
   * @throws an error of jose or a RefusedCredentialError for a token that is not valid, an IssuerUnreachableError when that cannot be known.
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<VerifiedClaims> {
    const wasFresh = this.#isFresh();
    if (!wasFresh) await this.#read();
    const before = this.#cached;
    try {
      return await verifyWithAnyKey(token, this.#getFresh(), options);
    } catch (error) {
      // Without fresh keys, they were read a moment ago.
      if (!isOfUnknownKey(error) || !wasFresh) throw error;
      await this.#renew();
      // An issuer that did not respond may have the key by now.
      if (this.#cached === before && this.#lastRead?.error != null) throw this.#unreachable(coolDownMs);
      if (this.#cached === before) throw error;
      return verifyWithAnyKey(token, this.#getFresh(), options);
    }
  }

  /** Whether these keys are those that tokens are verified with now. */
  trusts(keys: KeySet): boolean {
    return this.#isFresh() && this.#cached?.set === keys;
  }

  /** Whether the issuer can be reached, which is tried unless that was done a moment ago, and when its keys were read last. */
  async inspect(): Promise<JwksState> {
    if (this.#lastRead === null || this.#now() - this.#lastRead.at >= coolDownMs) await this.#readOnce();
    return { isReachable: this.#lastRead?.error === null, keysReadAt: this.#cached?.readAt ?? null };
  }

  #isFresh(): boolean {
    return this.#cached !== null && this.#now() - this.#cached.readAt < maxAgeMs;
  }

  #getFresh(): LocalSet {
    if (this.#cached === null || !this.#isFresh()) throw this.#unreachable(shortCoolDownMs);
    return this.#cached.set;
  }

  /** Reads the keys where there are none that are fresh. Never rejects: the outcome is remembered. */
  async #read(): Promise<void> {
    if (this.#lastRead !== null && this.#now() - this.#lastRead.at < shortCoolDownMs) return;
    await this.#readOnce();
  }

  /** Reads the keys for a token that none of them fits. */
  async #renew(): Promise<void> {
    const now = this.#now();
    if (this.#inFlight === null) {
      if (this.#lastRenewalAt !== null && now - this.#lastRenewalAt < coolDownMs) return;
      this.#lastRenewalAt = now;
    }
    await this.#readOnce();
  }

  async #readOnce(): Promise<void> {
    this.#inFlight ??= this.#readNow().finally(() => {
      this.#inFlight = null;
    });
    await this.#inFlight;
  }

  async #readNow(): Promise<void> {
    const at = this.#now();
    try {
      const set = createLocalJWKSet(parseJwks(await this.#fetchPublicDocument(this.#url)));
      this.#cached = { set, readAt: at };
      this.#lastRead = { at, error: null };
    } catch (error) {
      this.#lastRead = { at, error };
    }
  }

  #unreachable(pauseMs: number): IssuerUnreachableError {
    const waitMs = (this.#lastRead?.at ?? this.#now()) + pauseMs - this.#now();
    return new IssuerUnreachableError(Math.max(1_000, waitMs), this.#lastRead?.error);
  }
}

/** How many keys a text holds. Throws when it is no set of keys. */
export function countJwksKeys(text: string): number {
  const set = parseJwks(text);
  createLocalJWKSet(set);
  return set.keys.length;
}

/** createLocalJWKSet refuses JSON that is no set of keys. */
function parseJwks(text: string): JSONWebKeySet {
  const set: JSONWebKeySet = JSON.parse(text);
  return set;
}

/** Keys that are tried for one token: more than any issuer has at a time, and few enough that a forged token costs little. */
const maxCandidates = 16;

/** Several keys fit where the token has no `kid`, or the issuer gave one to several keys. */
async function verifyWithAnyKey(token: string, set: LocalSet, options: JWTVerifyOptions): Promise<VerifiedClaims> {
  try {
    return { claims: (await jwtVerify(token, set, options)).payload, keys: set };
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return { claims: await verifyWithEachKey(token, error, options), keys: set };
  }
}

async function verifyWithEachKey(token: string, candidates: AsyncIterable<CryptoKey>, options: JWTVerifyOptions): Promise<JWTPayload> {
  let tried = 0;
  for await (const key of candidates) {
    if ((tried += 1) > maxCandidates) throw new RefusedCredentialError('TOO_MANY_KEYS');
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      // A TypeError: the key itself is not accepted, such as one that is too short; another one may be.
      if (!(error instanceof errors.JWSSignatureVerificationFailed || error instanceof TypeError)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** Whether a key that is not in the set may have signed the token. */
function isOfUnknownKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
}
