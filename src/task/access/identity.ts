/** What is proven of a caller; grants are matched against it. */
export interface Identity {
  /** Of a token; null for a key. */
  readonly subject: string | null;
  /** Of a key; null for a token. */
  readonly keyId: string | null;
  readonly roles: readonly string[];
}
