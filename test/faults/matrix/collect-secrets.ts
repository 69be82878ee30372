import type { ToxicProxy } from '../toxic-proxy.js';

/** What opens a plane, as it is configured and as it was sent, in every form in which it could be said. */
export function collectSecrets(settings: Readonly<Record<string, unknown>>, { arrivals }: Pick<ToxicProxy, 'arrivals'>): readonly string[] {
  const sent = arrivals.map(({ authorization }) => authorization?.replace(/^\w+ /, '') ?? '');
  const configured = Object.values(Object(settings['credentials'])).map(String);
  const plain = [...new Set([...sent, ...configured])].filter((secret) => secret.length > 7);
  return [...plain, ...plain.map((secret) => Buffer.from(secret).toString('base64').replace(/=+$/, '')), ...plain.map(encodeURIComponent)];
}
