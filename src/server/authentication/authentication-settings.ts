import type { Grant } from '../../gateway/access/policy.js';

/** Who may call, as the section `auth` of the configuration says it. All but the mode can be replaced while the gateway runs. */
export type AuthenticationSettings =
  | { readonly mode: 'none' }
  | { readonly mode: 'keys'; readonly keys: readonly HashedApiKey[]; readonly grants: readonly Grant[] }
  | {
      readonly mode: 'jwt';
      readonly issuers: readonly TokenIssuer[];
      readonly rolesClaim: string;
      readonly grants: readonly Grant[];
    };

/** An API key as it is configured: its hash, never the key itself. */
export interface HashedApiKey {
  readonly id: string;
  /** SHA-256 of the key, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Milliseconds since 1970; null: the key does not expire. */
  readonly expiresAt: number | null;
  readonly roles: readonly string[];
}

/** An issuer of JSON Web Tokens that the gateway trusts. */
export interface TokenIssuer {
  /** Compared with the claim `iss` character by character. */
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: URL;
}
