import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';

import type { Identity } from '../../task/access/identity.js';
import type { TokenIssuer } from './access.js';
import { hasRepeatedName } from './has-repeated-name.js';
import { IssuerUnreachableError } from './issuer-unreachable-error.js';
import { KeySet, type ReadDocument } from './key-set.js';
import { rolesIn } from './roles-in.js';
import { UnauthenticatedError } from './unauthenticated-error.js';
import type { Proof, Verifier } from './verifier.js';

/** Signatures with a public key alone: never `none`, and never a shared secret (HS256 with a public key as its secret is an old trick). */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** By so much the clocks of issuer and gateway may differ, in seconds. */
const leewayS = 30;

/** Characters of a token. */
const longestToken = 8_192;
const longestSubject = 255;

export interface TokenVerifierOptions {
  readonly readDocument: ReadDocument;
  readonly now: () => number;
}

/** JSON Web Tokens (RFC 7519, 8725) of the issuers that are trusted. Nothing in a token decides which key is used, but for its `kid`. */
export class TokenVerifier implements Verifier {
  readonly #options: TokenVerifierOptions;
  /** By URL; those that were read are kept when the configuration is read again. */
  readonly #keySets = new Map<string, KeySet>();
  #issuers: readonly TokenIssuer[] = [];
  #rolesClaim = '';

  constructor(issuers: readonly TokenIssuer[], rolesClaim: string, options: TokenVerifierOptions) {
    this.#options = options;
    this.replace(issuers, rolesClaim);
  }

  /** From now on only tokens of these are good, also of who came in before. */
  replace(issuers: readonly TokenIssuer[], rolesClaim: string): void {
    this.#issuers = issuers;
    this.#rolesClaim = rolesClaim;
  }

  async verify(token: string): Promise<Proof> {
    try {
      return await this.#verify(token);
    } catch (error) {
      throw error instanceof IssuerUnreachableError ? error : new UnauthenticatedError(error);
    }
  }

  async #verify(token: string): Promise<Proof> {
    if (token.length > longestToken || isAmbiguous(token)) throw new UnauthenticatedError();
    const claimed = decodeJwt(token).iss;
    const issuer = this.#issuers.find((one) => one.issuer === claimed);
    if (issuer === undefined) throw new UnauthenticatedError();
    const { payload } = await jwtVerify(token, this.#keySetOf(issuer).keyOf, {
      algorithms,
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['iss', 'aud', 'exp', 'sub'],
      clockTolerance: leewayS,
      currentDate: new Date(this.#options.now()),
    });
    return this.#proofOf(payload, issuer);
  }

  #proofOf(payload: JWTPayload, { issuer }: TokenIssuer): Proof {
    const { sub, exp } = payload;
    if (typeof sub !== 'string' || sub === '' || sub.length > longestSubject || /\p{Cc}/u.test(sub) || exp === undefined)
      throw new UnauthenticatedError();
    const identity: Identity = { subject: sub, keyId: null, roles: rolesIn(payload, this.#rolesClaim) };
    return {
      callerId: `sub:${sub}@${issuer}`,
      identity: () =>
        this.#options.now() < (exp + leewayS) * 1000 && this.#issuers.some((one) => one.issuer === issuer) ? identity : null,
    };
  }

  #keySetOf({ jwksUri }: TokenIssuer): KeySet {
    const { readDocument, now } = this.#options;
    const keySet = this.#keySets.get(jwksUri.href) ?? new KeySet(jwksUri, readDocument, now);
    this.#keySets.set(jwksUri.href, keySet);
    return keySet;
  }
}

/** RFC 7519, 4: names are unique. Whoever parses them otherwise than the issuer reads another token. */
function isAmbiguous(token: string): boolean {
  const parts = token.split('.');
  // decodeProtectedHeader throws for what is no JSON at all.
  return (
    parts.length !== 3 || decodeProtectedHeader(token).alg === undefined || parts.slice(0, 2).some((part) => hasRepeatedName(textOf(part)))
  );
}

function textOf(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}
