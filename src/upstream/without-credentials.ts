import type { UpstreamRequest } from './upstream-request.js';

/** Stands where a credential stood. */
const removed = '[removed]';

/**
 * The body of an answer without what opens the plane: one may repeat what it was sent, in an error above all, and our credentials go
 * no further than here. In errors they are looked for in every form in which they may come back.
 */
export function withoutCredentials(text: string, { headers, secrets = [] }: UpstreamRequest, status: number): string {
  const credential = headers?.['authorization']?.replace(/^\w+ /, '') ?? '';
  // A shorter one is no credential that could be told from a word.
  if (status >= 200 && status < 300) return credential.length < 8 ? text : text.replaceAll(credential, removed);
  const pair = Buffer.from(credential, 'base64').toString('utf8');
  const all = [credential, ...(headers?.['authorization']?.startsWith('Basic ') ? [pair, ...pair.split(':')] : []), ...secrets];
  // The longest first: one may be a part of another.
  const forms = all.flatMap(formsOf).toSorted((a, b) => b.length - a.length);
  return forms.reduce((rest, form) => (form.length < 4 ? rest : rest.replaceAll(form, removed)), text);
}

/** As it is, escaped, and encoded. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}
