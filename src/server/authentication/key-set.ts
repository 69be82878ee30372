import {
  createLocalJWKSet,
  type CryptoKey,
  errors,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyOptions,
} from 'jose';

import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { RefusedCredentialError } from './credential-refusals.js';

/** Keys of one issuer that are used; issuers publish a few. */
const maxKeys = 200;

/** Keys that are tried for one token: more than any issuer has at a time, and few enough that a forged token costs little. */
const maxCandidates = 16;

/** The claims of a token, and the key that signed it. */
export interface VerifiedClaims {
  readonly claims: JWTPayload;
  /** Equal for the same key in every set, as long as the issuer says the same of its use. */
  readonly keyId: string;
}

interface PublicKey {
  readonly id: string;
  readonly kid: unknown;
  /** The key, where it fits the header; imported once. */
  readonly resolve: ReturnType<typeof createLocalJWKSet>;
}

/** A key that fits a token. */
interface Candidate {
  readonly id: string;
  readonly key: CryptoKey;
}

/** The public keys of an issuer, as it published them once (RFC 7517, section 5). */
export class KeySet {
  /** Entries that are no keys, or too many. */
  readonly ignoredCount: number;
  readonly #keys: ReadonlyMap<string, PublicKey>;

  private constructor(keys: ReadonlyMap<string, PublicKey>, ignoredCount: number) {
    this.#keys = keys;
    this.ignoredCount = ignoredCount;
  }

  /** Reads a document. Entries that are no keys are skipped, so that one mistake of the issuer does not make all others useless. */
  static parse(text: string): KeySet {
    const document: unknown = JSON.parse(text);
    const entries = isJsonObject(document) ? document['keys'] : null;
    if (!Array.isArray(entries)) throw new Error('The document is no set of keys.');
    const keys = new Map<string, PublicKey>();
    let ignoredCount = 0;
    for (const entry of entries) {
      const key = keys.size < maxKeys ? readKey(entry) : null;
      if (key === null) ignoredCount += 1;
      else keys.set(key.id, key);
    }
    return new KeySet(keys, ignoredCount);
  }

  get size(): number {
    return this.#keys.size;
  }

  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  /**
   * Verifies a token. Several keys fit where it has no `kid`, or the issuer gave one to several keys: each is tried.
   *
   * @throws an error of jose, or a RefusedCredentialError.
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<VerifiedClaims> {
    let candidates: readonly Candidate[] = [];
    const findFirst = async (header: JWTHeaderParameters): Promise<CryptoKey> => {
      candidates = await this.#findCandidates(header);
      return first(candidates).key;
    };
    try {
      const { payload } = await jwtVerify(token, findFirst, options);
      return { claims: payload, keyId: first(candidates).id };
    } catch (error) {
      if (candidates.length <= 1 || !isOfKey(error)) throw error;
    }
    for (const { id, key } of candidates.slice(1, maxCandidates)) {
      try {
        return { claims: (await jwtVerify(token, key, options)).payload, keyId: id };
      } catch (error) {
        if (!isOfKey(error)) throw error;
      }
    }
    throw candidates.length > maxCandidates ? new RefusedCredentialError('TOO_MANY_KEYS') : new errors.JWSSignatureVerificationFailed();
  }

  /** At least one, and at most one more than are tried. */
  async #findCandidates(header: JWTHeaderParameters): Promise<readonly Candidate[]> {
    const found: Candidate[] = [];
    let unusable: unknown = null;
    for (const { id, kid, resolve } of this.#keys.values()) {
      if (header.kid !== undefined && header.kid !== kid) continue;
      try {
        found.push({ id, key: await resolve(header) });
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) unusable = error;
      }
      if (found.length > maxCandidates) break;
    }
    if (found.length === 0) throw unusable ?? new errors.JWKSNoMatchingKey();
    return found;
  }
}

/** Null for what is no key. */
function readKey(entry: unknown): PublicKey | null {
  if (!isJsonObject(entry) || !isJwk(entry)) return null;
  try {
    return { id: identify(entry), kid: entry.kid, resolve: createLocalJWKSet({ keys: [entry] }) };
  } catch {
    return null;
  }
}

function isJwk(entry: JsonObject): entry is JsonObject & JWK {
  return typeof entry['kty'] === 'string';
}

/** What decides whether a key verifies a token. Other members, such as certificates, are renewed while it stays the same key. */
function identify({ kty, kid, alg, use, key_ops, crv, x, y, n, e }: JWK): string {
  return JSON.stringify([kty, kid, alg, use, key_ops, crv, x, y, n, e]);
}

function first([candidate]: readonly Candidate[]): Candidate {
  if (candidate === undefined) throw new errors.JWKSNoMatchingKey();
  return candidate;
}

/** Whether another key may do. A TypeError: the key itself is not accepted, such as one that is too short. */
function isOfKey(error: unknown): boolean {
  return error instanceof errors.JWSSignatureVerificationFailed || error instanceof TypeError;
}

/** Whether a key that is not in the set may have signed the token. */
export function isOfUnknownKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
}
