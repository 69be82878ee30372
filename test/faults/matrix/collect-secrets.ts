import type { ToxicProxy } from '../toxic-proxy.js';

/** The credentials of a plane, as configured and as sent, in every encoding in which they could leak. */
export function collectSecrets(settings: Readonly<Record<string, unknown>>, { arrivals }: Pick<ToxicProxy, 'arrivals'>): readonly string[] {
  const sent = arrivals.map(({ authorization }) => authorization?.replace(/^\w+ /, '') ?? '');
  const configured = Object.values(Object(settings['credentials'])).map(String);
  const plain = [...new Set([...sent, ...configured])].filter((secret) => secret.length > 7);
  return [...plain, ...plain.map((secret) => Buffer.from(secret).toString('base64').replace(/=+$/, '')), ...plain.map(encodeURIComponent)];
}
