import type { JWTVerifyOptions } from 'jose';

import type { Cancel, Clock } from '../../lib/scheduler.js';
import { findErrorCode } from '../../model/errors.js';
import { IssuerUnreachableError } from './authentication-errors.js';
import type { WarningLog } from './credential-refusals.js';
import { isOfUnknownKey, KeySet, type VerifiedClaims } from './key-set.js';

/** Reads the text of a document at a URL; rejects when it does not arrive within 5 s, or with another status than 200. */
export type ReadDocument = (url: URL) => Promise<string>;

/** The pause between two reads in the background, in milliseconds: this bounds how long a key works that the issuer has removed. */
const refreshMs = 60_000;

/** Keys that were read longer ago, in milliseconds, are not trusted: this bounds the same while the issuer is down. */
const maxAgeMs = 600_000;

/**
 * After a read for a token that no key fits, successful or not, others cause none for this long, in milliseconds: any client can
 * invent key ids and signatures. All pauses begin when a read ends, so that an issuer that does not answer is left alone meanwhile.
 */
const coolDownMs = 30_000;

/** The same after a read while no key is trusted, so that nobody gets in until one succeeds. */
const shortCoolDownMs = 5_000;

/** Tokens that wait for a read at the same time: any client can send tokens that nobody signed, and a read takes up to five seconds. */
const maxWaiting = 16;

/** When a token that is not allowed to wait may come again, in milliseconds: most reads are over by then. */
const busyRetryMs = 1_000;

/** The state of the keys of an issuer. */
export interface JwksState {
  readonly isReachable: boolean;
  /** Milliseconds since 1970; null when they have never been read. */
  readonly keysReadAt: number | null;
}

interface JwksCacheOptions {
  readonly fetchPublicDocument: ReadDocument;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'scheduler'>;
  readonly warn: WarningLog;
}

/**
 * The public keys of one issuer: read when the first token needs them, and from then on every minute in the background, so that a token of
 * a known key never waits. While the issuer is down, the keys stay valid until they are too old; after that, tokens cannot be checked. Not
 * jose's createRemoteJWKSet: it contacts an issuer that is down once for every token, and lets all of them wait.
 */
export class JwksCache {
  readonly #url: URL;
  readonly #options: JwksCacheOptions;
  /** The times are those of the monotonic clock, unless they say otherwise. */
  #known: { readonly keys: KeySet; readonly readAt: number } | null = null;
  #keysReadAtWallClock: number | null = null;
  #lastRead: { readonly endedAt: number; readonly error: unknown } | null = null;
  /** When the last read ended that a token caused which no key fits. */
  #lastRenewalEndedAt: number | null = null;
  #inFlight: Promise<void> | null = null;
  /** Whether the read in flight is caused by a token that no key fits. */
  #isRenewing = false;
  #waiting = 0;
  /** Counts how often everything was forgotten. */
  #generation = 0;
  #isStopped = false;
  #cancelRefresh: Cancel = () => undefined;

  constructor(url: URL, options: JwksCacheOptions) {
    this.#url = url;
    this.#options = options;
  }

  /**
   * Verifies a token with the keys that fit its header, and returns its claims. Where none of them made the signature, the issuer may have
   * replaced a key since, with or without another `kid`: the keys are read again, unless that was done a moment ago.
   *
   * @throws an error of jose or a RefusedCredentialError for a token that is not valid, an IssuerUnreachableError when that cannot be known.
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<VerifiedClaims> {
    const before = this.#trusted;
    if (before === null) {
      if (this.#mayRead) await this.#waitForRead();
      return this.#requireTrusted(shortCoolDownMs).verify(token, options);
    }
    try {
      return await before.verify(token, options);
    } catch (error) {
      if (!isOfUnknownKey(error)) throw error;
      if (this.#mayRenew) {
        this.#isRenewing ||= this.#inFlight === null;
        await this.#waitForRead();
      }
      // An issuer that did not respond may have the key by now.
      if (this.#lastRead?.error != null) throw this.#unreachable(coolDownMs);
      const after = this.#requireTrusted(shortCoolDownMs);
      if (after === before) throw error;
      return after.verify(token, options);
    }
  }

  /** Whether the issuer has this key, as far as is known, and tokens of it are accepted without a read. */
  trusts(keyId: string): boolean {
    return this.#trusted?.has(keyId) === true;
  }

  /** Whether the issuer had removed this key when its keys were read last. */
  hasRemoved(keyId: string): boolean {
    return this.#known !== null && !this.#known.keys.has(keyId);
  }

  /** Whether the issuer can be reached, which is tried unless that was done a moment ago, and when its keys were read last. */
  async inspect(): Promise<JwksState> {
    if (this.#lastRead === null || this.#isOver(this.#lastRead.endedAt, coolDownMs)) await this.#readOnce();
    return { isReachable: this.#lastRead?.error === null, keysReadAt: this.#keysReadAtWallClock };
  }

  /** Forgets all keys, and reads them at once where they were in use. */
  forget(): void {
    const wasUsed = this.#lastRead !== null || this.#inFlight !== null;
    this.#generation += 1;
    this.#inFlight = null;
    this.#known = null;
    this.#lastRead = null;
    this.#lastRenewalEndedAt = null;
    this.#isRenewing = false;
    if (wasUsed) void this.#readOnce();
  }

  /** Ends the reads in the background. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRefresh();
  }

  get #trusted(): KeySet | null {
    return this.#known === null || this.#isOver(this.#known.readAt, maxAgeMs) ? null : this.#known.keys;
  }

  #requireTrusted(pauseMs: number): KeySet {
    if (this.#trusted === null) throw this.#unreachable(pauseMs);
    return this.#trusted;
  }

  /** Whether a token may cause a read, or wait for the one in flight, while no key is trusted. */
  get #mayRead(): boolean {
    return this.#inFlight !== null || this.#lastRead === null || this.#isOver(this.#lastRead.endedAt, shortCoolDownMs);
  }

  /** The same for a token that none of the trusted keys fits. */
  get #mayRenew(): boolean {
    return this.#inFlight !== null || this.#lastRenewalEndedAt === null || this.#isOver(this.#lastRenewalEndedAt, coolDownMs);
  }

  async #waitForRead(): Promise<void> {
    if (this.#waiting >= maxWaiting)
      throw new IssuerUnreachableError(busyRetryMs, new Error(`${maxWaiting} tokens wait for the keys of their issuer already.`));
    this.#waiting += 1;
    try {
      await this.#readOnce();
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Never rejects: the outcome is remembered. */
  async #readOnce(): Promise<void> {
    this.#inFlight ??= this.#read(this.#generation);
    await this.#inFlight;
  }

  async #read(generation: number): Promise<void> {
    const { clock, fetchPublicDocument } = this.#options;
    const [readAt, readAtWallClock] = [clock.monotonic(), clock.now()];
    let read: KeySet | null = null;
    let error: unknown = null;
    try {
      read = KeySet.parse(await fetchPublicDocument(this.#url));
    } catch (failure) {
      error = failure;
    }
    // What was read before everything was forgotten may be out of date; those who wait get the next.
    if (generation !== this.#generation) return this.#inFlight ?? undefined;
    this.#inFlight = null;
    this.#report(read, error);
    if (read !== null) {
      this.#known = { keys: read, readAt };
      this.#keysReadAtWallClock = readAtWallClock;
    }
    this.#lastRead = { endedAt: clock.monotonic(), error };
    if (this.#isRenewing) this.#lastRenewalEndedAt = this.#lastRead.endedAt;
    this.#isRenewing = false;
    this.#cancelRefresh();
    if (!this.#isStopped) this.#cancelRefresh = clock.scheduler.after(refreshMs, () => void this.#readOnce());
  }

  /** Logs what has changed since the last read. While no key is trusted, it is logged for each token that is refused. */
  #report(read: KeySet | null, error: unknown): void {
    const { warn } = this.#options;
    const fields = { jwksUri: this.#url.href };
    if (read !== null && read.ignoredCount > 0 && read.ignoredCount !== this.#known?.keys.ignoredCount)
      warn({ ...fields, ignored: read.ignoredCount }, 'Of the keys of an issuer, some are ignored: they are no keys, or too many.');
    if (error !== null && this.#lastRead?.error == null && this.#trusted !== null) {
      const cause = error instanceof Error ? error.message.slice(0, 200) : null;
      warn(
        { ...fields, causeCode: findErrorCode(error), cause },
        'The keys of an issuer cannot be read. Those that are known stay valid for ten minutes.',
      );
    }
  }

  #isOver(since: number, pauseMs: number): boolean {
    return this.#options.clock.monotonic() - since >= pauseMs;
  }

  #unreachable(pauseMs: number): IssuerUnreachableError {
    const now = this.#options.clock.monotonic();
    const waitMs = (this.#lastRead?.endedAt ?? now) + pauseMs - now;
    return new IssuerUnreachableError(Math.max(busyRetryMs, waitMs), this.#lastRead?.error);
  }
}

/** How many keys a text holds. Throws when it is no set of keys. */
export function countJwksKeys(text: string): number {
  return KeySet.parse(text).size;
}
