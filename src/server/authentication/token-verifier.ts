import { hash } from 'node:crypto';

import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import QuickLru from 'quick-lru';

import type { Identity } from '../../gateway/access/policy.js';
import type { Clock } from '../../lib/scheduler.js';
import { isJsonObject } from '../../model/scalars.js';
import { AuthenticationError, IssuerUnreachableError } from './authentication-errors.js';
import type { TokenIssuer } from './authentication-settings.js';
import { type CredentialRefusalLog, RefusedCredentialError, type WarningLog } from './credential-refusals.js';
import type { VerifiedCredential } from './credentials.js';
import { hasDuplicateName } from './duplicate-names.js';
import { JwksCache, type JwksState, type ReadDocument } from './jwks-cache.js';

/** Only signatures with a public key: never `none`, and never a shared secret (the attack of using a public key as the secret of HS256). */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** How far the clocks of issuer and gateway may differ, in milliseconds: tokens are believed for so long more, and before they are valid. */
export const issuerClockLeewayMs = 30_000;

/** Characters of a token; the headers of a request have 16 KB in all. */
const maxTokenLength = 8_192;

/** Characters of the claim `sub`, as OpenID Connect Core, section 2, limits it. */
const maxSubjectLength = 255;

/** Tokens that are remembered as verified; twice as many (see quick-lru), at about 500 bytes, take 1 MB. */
const maxRemembered = 1_000;

/** A token that was verified, and what that rests on. */
interface RememberedToken {
  readonly credential: VerifiedCredential;
  readonly issuer: TokenIssuer;
  /** The key that signed it. */
  readonly keyId: string;
  /** Its claim `nbf`. */
  readonly notBefore: number | undefined;
}

/** The settings by which a token was verified. */
interface TokenSettings {
  readonly issuers: readonly TokenIssuer[];
  readonly rolesClaim: string;
}

interface TokenVerifierOptions {
  readonly fetchPublicDocument: ReadDocument;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'scheduler'>;
  readonly refusals: CredentialRefusalLog;
  readonly warn: WarningLog;
}

/** A trusted issuer, and the state of its keys. */
export interface IssuerState extends JwksState, Pick<TokenIssuer, 'issuer' | 'jwksUri'> {}

/**
 * Verifies JSON Web Tokens (RFC 7519, RFC 8725) of the trusted issuers. Only the `kid` of a token has a say in which key is used.
 *
 * Clients send a token many times, and a signature takes more time than all other checks of a request. So the result is remembered until
 * the issuer removes the key that signed it, or the settings change; the times of the token are compared with the clock each time. Tokens
 * are found by their hash, so that the time of the search tells nothing about those that are remembered.
 */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  /** By URL; keys that were read survive a reload of the configuration. */
  readonly #jwksCaches = new Map<string, JwksCache>();
  /** By the hash of the token. */
  readonly #remembered = new QuickLru<string, RememberedToken>({ maxSize: maxRemembered });
  #settings: TokenSettings = { issuers: [], rolesClaim: '' };

  constructor(options: TokenVerifierOptions) {
    this.#options = options;
  }

  /** From now on only tokens of these issuers are valid, also those of callers who authenticated before. */
  replace(issuers: readonly TokenIssuer[], rolesClaim: string): void {
    this.#settings = { issuers, rolesClaim };
    this.#remembered.clear();
    for (const [url, cache] of this.#jwksCaches) {
      if (issuers.some(({ jwksUri }) => jwksUri.href === url)) continue;
      cache.stop();
      this.#jwksCaches.delete(url);
    }
  }

  /** Forgets the keys of all issuers, and reads them again. */
  forgetKeys(): void {
    this.#remembered.clear();
    for (const cache of this.#jwksCaches.values()) cache.forget();
  }

  /** Ends all reads in the background. */
  close(): void {
    for (const cache of this.#jwksCaches.values()) cache.stop();
  }

  /** Whether the keys of each trusted issuer can be read. */
  inspectIssuers(): Promise<readonly IssuerState[]> {
    return Promise.all(
      this.#settings.issuers.map(async (issuer) => ({
        issuer: issuer.issuer,
        jwksUri: issuer.jwksUri,
        ...(await this.#jwksCacheFor(issuer).inspect()),
      })),
    );
  }

  /** What was found out about a token before, where that still holds. */
  recall(token: string): VerifiedCredential | null {
    const remembered = this.#remembered.get(digest(token));
    return remembered !== undefined && this.#isStillValid(remembered) ? remembered.credential : null;
  }

  /** @throws AuthenticationError for a token that is not valid, IssuerUnreachableError when it cannot be checked. */
  async verify(token: string): Promise<VerifiedCredential> {
    const settings = this.#settings;
    let issuer: TokenIssuer | null = null;
    try {
      const claimed = readIssuer(token);
      issuer = settings.issuers.find((trusted) => trusted.issuer === claimed) ?? null;
      if (issuer === null) throw new RefusedCredentialError('UNKNOWN_ISSUER', { tokenIssuer: shorten(claimed) });
      const { claims, keyId } = await this.#readClaims(token, issuer);
      const credential = this.#createCredential(claims, { issuer, keyId, settings });
      if (settings === this.#settings) this.#remembered.set(digest(token), { credential, issuer, keyId, notBefore: claims.nbf });
      return credential;
    } catch (error) {
      const refusal = error instanceof IssuerUnreachableError ? error : new AuthenticationError(explainRefusal(error, token, issuer));
      this.#options.refusals.record(refusal, issuer?.issuer ?? null);
      throw refusal;
    }
  }

  #isStillValid({ credential, issuer, keyId, notBefore = 0 }: RememberedToken): boolean {
    const hasBegun = notBefore * 1_000 <= this.#options.clock.now() + issuerClockLeewayMs;
    return hasBegun && this.#jwksCacheFor(issuer).trusts(keyId) && credential.identity() !== null;
  }

  #readClaims(token: string, issuer: TokenIssuer): ReturnType<JwksCache['verify']> {
    return this.#jwksCacheFor(issuer).verify(token, {
      algorithms,
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['iss', 'aud', 'exp', 'sub'],
      clockTolerance: issuerClockLeewayMs / 1_000,
      currentDate: new Date(this.#options.clock.now()),
    });
  }

  #createCredential(
    payload: JWTPayload,
    { issuer, keyId, settings }: { readonly issuer: TokenIssuer; readonly keyId: string; readonly settings: TokenSettings },
  ): VerifiedCredential {
    const { sub, exp } = payload;
    if (typeof sub !== 'string' || sub === '' || sub.length > maxSubjectLength || /\p{Cc}/u.test(sub))
      throw new RefusedCredentialError('INVALID_CLAIM', { claim: 'sub' });
    if (exp === undefined) throw new RefusedCredentialError('MISSING_CLAIM', { claim: 'exp' });
    const identity: Identity = { issuer: issuer.issuer, subject: sub, keyId: null, roles: readRoles(payload, settings.rolesClaim) };
    const endsAt = exp * 1_000 + issuerClockLeewayMs;
    return {
      callerId: `sub:${sub}@${issuer.issuer}`,
      // Asked several times for each event of each subscriber.
      identity: () => (this.#options.clock.now() < endsAt && this.#stillTrusts(issuer, keyId, settings) ? identity : null),
    };
  }

  /** Whether a token that was verified by these settings would be accepted now, as far as is known, and tell the same about its caller. */
  #stillTrusts(issuer: TokenIssuer, keyId: string, settings: TokenSettings): boolean {
    const current = this.#settings;
    const areSame =
      settings === current || (settings.rolesClaim === current.rolesClaim && current.issuers.some((one) => isSameIssuer(one, issuer)));
    return areSame && this.#jwksCaches.get(issuer.jwksUri.href)?.hasRemoved(keyId) !== true;
  }

  #jwksCacheFor({ jwksUri }: TokenIssuer): JwksCache {
    const cache = this.#jwksCaches.get(jwksUri.href) ?? new JwksCache(jwksUri, this.#options);
    this.#jwksCaches.set(jwksUri.href, cache);
    return cache;
  }
}

function isSameIssuer(one: TokenIssuer, other: TokenIssuer): boolean {
  return one.issuer === other.issuer && one.audience === other.audience && one.jwksUri.href === other.jwksUri.href;
}

function digest(token: string): string {
  return hash('sha256', token, 'base64');
}

/** The claim `iss`, which is not verified yet. */
function readIssuer(token: string): unknown {
  if (token.length > maxTokenLength) throw new RefusedCredentialError('TOO_LONG');
  const parts = token.split('.');
  if (parts.length !== 3) throw new RefusedCredentialError('NOT_A_TOKEN');
  let claimed: unknown;
  try {
    if (decodeProtectedHeader(token).alg === undefined) throw new RefusedCredentialError('ALGORITHM', { algorithm: null });
    claimed = decodeJwt(token).iss;
  } catch (error) {
    throw error instanceof RefusedCredentialError ? error : new RefusedCredentialError('NOT_A_TOKEN');
  }
  // RFC 7519, section 4: claim names are unique. A parser that picks another one of two equal names reads another token.
  if (parts.slice(0, 2).some((part) => hasDuplicateName(decodePart(part)))) throw new RefusedCredentialError('DUPLICATE_NAME');
  return claimed;
}

/** Why a token is refused, by the errors of jose. */
function explainRefusal(error: unknown, token: string, issuer: TokenIssuer | null): RefusedCredentialError {
  if (error instanceof RefusedCredentialError) return error;
  const { alg, kid } = decodeProtectedHeader(token);
  if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) return explainClaim(error, issuer);
  if (error instanceof errors.JWKSNoMatchingKey)
    return new RefusedCredentialError('UNKNOWN_KEY', { algorithm: shorten(alg), kid: shorten(kid) });
  if (error instanceof errors.JWSSignatureVerificationFailed) return new RefusedCredentialError('SIGNATURE', { kid: shorten(kid) });
  if (error instanceof errors.JOSEAlgNotAllowed) return new RefusedCredentialError('ALGORITHM', { algorithm: shorten(alg) });
  if (error instanceof errors.JOSENotSupported) return new RefusedCredentialError('EXTENSION');
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return new RefusedCredentialError('NOT_A_TOKEN');
  // What is left comes from importing the one key that fits.
  return new RefusedCredentialError('UNUSABLE_KEY', { kid: shorten(kid) });
}

/** Claims are checked after the signature, so that their values are those of the issuer. The audience names a program, not a person. */
function explainClaim(
  { claim, reason, payload }: errors.JWTExpired | errors.JWTClaimValidationFailed,
  issuer: TokenIssuer | null,
): RefusedCredentialError {
  if (reason === 'missing') return new RefusedCredentialError('MISSING_CLAIM', { claim });
  if (reason === 'check_failed' && claim === 'exp') return new RefusedCredentialError('EXPIRED', { expiredAt: formatTime(payload.exp) });
  if (reason === 'check_failed' && claim === 'nbf')
    return new RefusedCredentialError('NOT_YET_VALID', { validFrom: formatTime(payload.nbf) });
  if (claim !== 'aud') return new RefusedCredentialError('INVALID_CLAIM', { claim });
  const audiences = [payload.aud ?? []].flat().slice(0, 5);
  return new RefusedCredentialError('AUDIENCE', { expected: issuer?.audience ?? null, audiences: audiences.map(String).map(shorten) });
}

/** Seconds since 1970 that may be any number. */
function formatTime(seconds: number | undefined): string | null {
  const date = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Text of a token for the log, at most 200 characters; what is no text is described by its type. */
function shorten(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, 200);
  return value === undefined ? 'none' : typeof value;
}

function decodePart(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}

/**
 * The roles in a token: a list of strings, or one string of words separated by spaces, as `scope` is. The claim is looked up by its
 * whole name, then as a path (`realm_access.roles`).
 */
function readRoles(payload: JWTPayload, claim: string): readonly string[] {
  const found: unknown = Object.hasOwn(payload, claim) ? payload[claim] : claim.split('.').reduce(readMember, payload);
  if (typeof found === 'string') return found.split(' ').filter((role) => role !== '');
  return Array.isArray(found) ? found.filter((role) => typeof role === 'string') : [];
}

function readMember(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
