import { Authenticator } from '../../../src/server/authentication/authenticator.js';

/** An authenticator that asks nobody who they are. */
export function openAuthenticator(): Authenticator {
  return new Authenticator({
    access: { mode: 'none' },
    trustedProxies: [],
    fetchPublicDocument: () => Promise.reject(new Error('Nothing is read.')),
    now: Date.now,
  });
}
