import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';

import type { Identity } from '../../gateway/access/policy.js';
import { isJsonObject } from '../../model/scalars.js';
import { AuthenticationError, IssuerUnreachableError } from './authentication-errors.js';
import type { TokenIssuer } from './authentication-settings.js';
import type { CredentialVerifier, VerifiedCredential } from './credentials.js';
import { JwksCache, type ReadDocument } from './jwks-cache.js';

/** Signatures with a public key alone: never `none`, and never a shared secret (HS256 with a public key as its secret is an old trick). */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** By so much the clocks of issuer and gateway may differ, in seconds. */
const leewayS = 30;

/** Characters of a token. */
const longestToken = 8_192;
const longestSubject = 255;

export interface TokenVerifierOptions {
  readonly fetchPublicDocument: ReadDocument;
  readonly now: () => number;
}

/** JSON Web Tokens (RFC 7519, 8725) of the issuers that are trusted. Nothing in a token decides which key is used, but for its `kid`. */
export class TokenVerifier implements CredentialVerifier {
  readonly #options: TokenVerifierOptions;
  /** By URL; those that were read are kept when the configuration is read again. */
  readonly #jwksCaches = new Map<string, JwksCache>();
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

  async verify(token: string): Promise<VerifiedCredential> {
    try {
      return await this.#verify(token);
    } catch (error) {
      throw error instanceof IssuerUnreachableError ? error : new AuthenticationError(error);
    }
  }

  async #verify(token: string): Promise<VerifiedCredential> {
    if (token.length > longestToken || isAmbiguous(token)) throw new AuthenticationError();
    const claimed = decodeJwt(token).iss;
    const issuer = this.#issuers.find((one) => one.issuer === claimed);
    if (issuer === undefined) throw new AuthenticationError();
    const { payload } = await jwtVerify(token, this.#jwksCacheFor(issuer).findKey, {
      algorithms,
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['iss', 'aud', 'exp', 'sub'],
      clockTolerance: leewayS,
      currentDate: new Date(this.#options.now()),
    });
    return this.#verifyClaims(payload, issuer);
  }

  #verifyClaims(payload: JWTPayload, { issuer }: TokenIssuer): VerifiedCredential {
    const { sub, exp } = payload;
    if (typeof sub !== 'string' || sub === '' || sub.length > longestSubject || /\p{Cc}/u.test(sub) || exp === undefined)
      throw new AuthenticationError();
    const identity: Identity = { subject: sub, keyId: null, roles: readRoles(payload, this.#rolesClaim) };
    return {
      callerId: `sub:${sub}@${issuer}`,
      identity: () =>
        this.#options.now() < (exp + leewayS) * 1000 && this.#issuers.some((one) => one.issuer === issuer) ? identity : null,
    };
  }

  #jwksCacheFor({ jwksUri }: TokenIssuer): JwksCache {
    const { fetchPublicDocument, now } = this.#options;
    const keySet = this.#jwksCaches.get(jwksUri.href) ?? new JwksCache(jwksUri, fetchPublicDocument, now);
    this.#jwksCaches.set(jwksUri.href, keySet);
    return keySet;
  }
}

/** RFC 7519, 4: names are unique. Whoever parses them otherwise than the issuer reads another token. */
function isAmbiguous(token: string): boolean {
  const parts = token.split('.');
  // decodeProtectedHeader throws for what is no JSON at all.
  return (
    parts.length !== 3 ||
    decodeProtectedHeader(token).alg === undefined ||
    parts.slice(0, 2).some((part) => hasDuplicateName(decodePart(part)))
  );
}

function decodePart(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}

/**
 * The roles in a token: a list of texts, or one text of words with blanks between them, as `scope` is. The claim is looked for by its
 * whole name, then as a path (`realm_access.roles`).
 */
export function readRoles(payload: JWTPayload, claim: string): readonly string[] {
  const found: unknown = Object.hasOwn(payload, claim) ? payload[claim] : claim.split('.').reduce(readMember, payload);
  if (typeof found === 'string') return found.split(' ').filter((role) => role !== '');
  return Array.isArray(found) ? found.filter((role) => typeof role === 'string') : [];
}

function readMember(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Whether the outermost object of a JSON text has a name twice; JSON.parse would take the last silently. */
export function hasDuplicateName(json: string): boolean {
  const names = new Set<string>();
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/gsu)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && token.endsWith(':')) {
      const name = readName(token);
      if (names.has(name)) return true;
      names.add(name);
    }
  }
  return false;
}

/** `"sub"` and `"\u0073ub"` are one name. */
function readName(token: string): string {
  const text = token.slice(0, -1).trimEnd();
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
