import type { Grant } from '../../gateway/access/policy.js';

/** Who is let in, as the configuration says it. It can be replaced while the gateway runs, but for its mode. */
export type AuthenticationSettings =
  | { readonly mode: 'none' }
  | { readonly mode: 'keys'; readonly keys: readonly HashedApiKey[]; readonly grants: readonly Grant[] }
  | {
      readonly mode: 'jwt';
      readonly issuers: readonly TokenIssuer[];
      readonly rolesClaim: string;
      readonly grants: readonly Grant[];
    };

/** A key, without the key. */
export interface HashedApiKey {
  readonly id: string;
  /** SHA-256 of the key, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  readonly roles: readonly string[];
}

/** Who signs tokens. */
export interface TokenIssuer {
  /** Compared with the claim `iss` character by character. */
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: URL;
}
