import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

import { IssuerUnreachableError } from './authentication-errors.js';

/** Reads the text of a document at a URL; rejects when it does not arrive within 5 s, or with another status than 200. */
export type ReadDocument = (url: URL) => Promise<string>;

/** Keys that were read longer ago, in milliseconds, are no longer trusted: this bounds how long a revoked key works. */
const maxAgeMs = 600_000;

/** After a read, successful or not, an unknown key causes no other read for this long, in milliseconds: any client can invent key ids. */
const coolDownMs = 30_000;

/** The same while no key is trusted, so that nobody gets in until a read succeeds. */
const shortCoolDownMs = 5_000;

type LocalSet = ReturnType<typeof createLocalJWKSet>;

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
  #inFlight: Promise<void> | null = null;

  constructor(url: URL, fetchPublicDocument: ReadDocument, now: () => number) {
    this.#url = url;
    this.#fetchPublicDocument = fetchPublicDocument;
    this.#now = now;
  }

  /** The key that signed a token; rejects with an error of jose when there is none, with an IssuerUnreachableError when that cannot be known. */
  readonly findKey: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isFresh()) await this.#read(shortCoolDownMs);
    const before = this.#cached;
    try {
      return await this.#getFresh()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#read(coolDownMs);
      // An issuer that did not respond may have this key by now.
      if (this.#cached === before && this.#lastRead?.error != null) throw this.#unreachable(coolDownMs);
      return this.#getFresh()(header, token);
    }
  };

  #isFresh(): boolean {
    return this.#cached !== null && this.#now() - this.#cached.readAt < maxAgeMs;
  }

  #getFresh(): LocalSet {
    if (this.#cached === null || !this.#isFresh()) throw this.#unreachable(shortCoolDownMs);
    return this.#cached.set;
  }

  /** Reads the keys, unless that was tried less than `pauseMs` ago. Never rejects: the outcome is remembered. */
  async #read(pauseMs: number): Promise<void> {
    if (this.#lastRead !== null && this.#now() - this.#lastRead.at < pauseMs) return;
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

/** createLocalJWKSet refuses JSON that is no set of keys. */
function parseJwks(text: string): JSONWebKeySet {
  const set: JSONWebKeySet = JSON.parse(text);
  return set;
}
