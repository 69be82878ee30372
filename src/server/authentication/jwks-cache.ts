import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

import { IssuerUnreachableError } from './authentication-errors.js';

/** The text of a document at a URL; rejects when it is not had within 5 s, or is no answer of status 200. */
export type ReadDocument = (url: URL) => Promise<string>;

/** Keys that were read longer ago are not believed any more, in milliseconds. */
const maxAgeMs = 600_000;

/** So long after it was read, or could not be, a set is not read again because of a key that it does not have, in milliseconds. */
const coolDownMs = 30_000;

/** The same where no key is believed any more: nobody gets in until it is read. */
const shortCoolDownMs = 5_000;

type LocalSet = ReturnType<typeof createLocalJWKSet>;

/**
 * The public keys of one issuer. They are read when a token needs them, once for all that wait. While the issuer is down, those that
 * are known stay good until they are too old; then nobody can tell. (jose's own remote set asks an issuer that is down once a token.)
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

  /** The key that signed a token; rejects with an error of jose when there is none, with an IssuerUnreachableError when nobody can tell. */
  readonly findKey: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isFresh()) await this.#read(shortCoolDownMs);
    const before = this.#cached;
    try {
      return await this.#fresh()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#read(coolDownMs);
      // Whoever could not be asked may have this key by now.
      if (this.#cached === before && this.#lastRead?.error != null) throw this.#unreachable(coolDownMs);
      return this.#fresh()(header, token);
    }
  };

  #isFresh(): boolean {
    return this.#cached !== null && this.#now() - this.#cached.readAt < maxAgeMs;
  }

  #fresh(): LocalSet {
    if (this.#cached === null || !this.#isFresh()) throw this.#unreachable(shortCoolDownMs);
    return this.#cached.set;
  }

  /** Unless it was tried a moment ago. It never rejects: what came of it is remembered. */
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
    const left = (this.#lastRead?.at ?? this.#now()) + pauseMs - this.#now();
    return new IssuerUnreachableError(Math.max(1_000, left), this.#lastRead?.error);
  }
}

/** What is no set of keys is refused by createLocalJWKSet. */
function parseJwks(text: string): JSONWebKeySet {
  const set: JSONWebKeySet = JSON.parse(text);
  return set;
}
