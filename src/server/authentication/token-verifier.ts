import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';

import type { Identity } from '../../gateway/access/policy.js';
import { isJsonObject } from '../../model/scalars.js';
import { AuthenticationError, IssuerUnreachableError } from './authentication-errors.js';
import type { TokenIssuer } from './authentication-settings.js';
import type { VerifiedCredential } from './credentials.js';
import { JwksCache, type ReadDocument } from './jwks-cache.js';

/** Only signatures with a public key: never `none`, and never a shared secret (the attack of using a public key as the secret of HS256). */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** How far the clocks of issuer and gateway may differ, in seconds. */
const leewayS = 30;

/** Characters of a token; the headers of a request have 16 KB in all. */
const maxTokenLength = 8_192;

/** Characters of the claim `sub`, as OpenID Connect Core, section 2, limits it. */
const maxSubjectLength = 255;

interface TokenVerifierOptions {
  readonly fetchPublicDocument: ReadDocument;
  readonly now: () => number;
}

/** Verifies JSON Web Tokens (RFC 7519, RFC 8725) of the trusted issuers. Only the `kid` of a token has a say in which key is used. */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  /** By URL; keys that were read survive a reload of the configuration. */
  readonly #jwksCaches = new Map<string, JwksCache>();
  #issuers: readonly TokenIssuer[] = [];
  #rolesClaim = '';

  constructor(issuers: readonly TokenIssuer[], rolesClaim: string, options: TokenVerifierOptions) {
    this.#options = options;
    this.replace(issuers, rolesClaim);
  }

  /** From now on only tokens of these issuers are valid, also those of callers who authenticated before. */
  replace(issuers: readonly TokenIssuer[], rolesClaim: string): void {
    this.#issuers = issuers;
    this.#rolesClaim = rolesClaim;
  }

  /** @throws AuthenticationError for a token that is not valid, IssuerUnreachableError when it cannot be checked. */
  async verify(token: string): Promise<VerifiedCredential> {
    try {
      return await this.#verify(token);
    } catch (error) {
      throw error instanceof IssuerUnreachableError ? error : new AuthenticationError(error);
    }
  }

  async #verify(token: string): Promise<VerifiedCredential> {
    if (token.length > maxTokenLength || isAmbiguous(token)) throw new AuthenticationError();
    const claimed = decodeJwt(token).iss;
    const issuer = this.#issuers.find(({ issuer }) => issuer === claimed);
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
    if (typeof sub !== 'string' || sub === '' || sub.length > maxSubjectLength || /\p{Cc}/u.test(sub) || exp === undefined)
      throw new AuthenticationError();
    const identity: Identity = { subject: sub, keyId: null, roles: readRoles(payload, this.#rolesClaim) };
    return {
      callerId: `sub:${sub}@${issuer}`,
      identity: () =>
        this.#options.now() < (exp + leewayS) * 1000 && this.#issuers.some((trusted) => trusted.issuer === issuer) ? identity : null,
    };
  }

  #jwksCacheFor({ jwksUri }: TokenIssuer): JwksCache {
    const { fetchPublicDocument, now } = this.#options;
    const cache = this.#jwksCaches.get(jwksUri.href) ?? new JwksCache(jwksUri, fetchPublicDocument, now);
    this.#jwksCaches.set(jwksUri.href, cache);
    return cache;
  }
}

/** RFC 7519, section 4: claim names are unique. A parser that picks another one of two equal names reads another token. */
function isAmbiguous(token: string): boolean {
  const parts = token.split('.');
  // decodeProtectedHeader throws when the header is no JSON.
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

/** Whether the outermost object of a JSON text has a name twice; JSON.parse would silently take the last. */
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
