/**
 * The credential that these pages send with every request. It lives as long as the browser tab: sessionStorage is not shared between
 * tabs and is never written to an address, the history of operations or localStorage.
 */
const storageKey = 'tributary:credential';

/** The `authorization` header to send; empty where no credential was entered. */
export function authorizationHeaders(): Readonly<Record<string, string>> {
  const credential = readCredential();
  return credential === null ? {} : { authorization: credential };
}

/** The value of the `authorization` header; null where no credential was entered. */
export function readCredential(): string | null {
  return sessionStorage.getItem(storageKey);
}

/** Null forgets it. */
export function storeCredential(credential: string | null): void {
  if (credential === null) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, credential);
}

/**
 * The value of the `authorization` header for what a person pasted: a key or token, with or without `Bearer` or the name of the header
 * before it. Null when a header cannot carry it.
 */
export function parseCredential(text: string): string | null {
  const token = text
    .trim()
    .replace(/^authorization\s*:\s*/i, '')
    .replace(/^bearer(?:\s+|$)/i, '');
  return /^[\x21-\x7e]+$/.test(token) ? `Bearer ${token}` : null;
}
