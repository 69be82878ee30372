/**
 * The credential that these pages send with every request. The browser keeps it in sessionStorage until the tab is closed, may write it to
 * its profile, and copies it into a duplicated tab. It is never in an address, a cookie, the history of operations or localStorage.
 */
const storageKey = 'tributary:credential';
/** Set once the gateway has refused the credential. */
const refusedKey = 'tributary:credentialRefused';

/**
 * The `authorization` header to send; empty where no credential was entered, or the gateway refused it: it counts wrong credentials, and
 * blocks the address after a few.
 */
export function authorizationHeaders(): Readonly<Record<string, string>> {
  const credential = readCredential();
  return credential === null || isRefused() ? {} : { authorization: credential };
}

/** Whether the gateway refused the credential. */
export function isRefused(): boolean {
  return sessionStorage.getItem(refusedKey) !== null;
}

/**
 * The gateway answered 401: the credential that was sent is not sent again until one is entered. Another one may have been entered while
 * the request was under way.
 */
export function noticeRefusal(sent: string | undefined): void {
  if (sent !== undefined && sent === readCredential()) sessionStorage.setItem(refusedKey, 'true');
}

/** The value of the `authorization` header; null where no credential was entered. */
export function readCredential(): string | null {
  return sessionStorage.getItem(storageKey);
}

/** Null forgets it. */
export function storeCredential(credential: string | null): void {
  sessionStorage.removeItem(refusedKey);
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
