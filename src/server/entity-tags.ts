import { hash } from 'node:crypto';

/** By the bytes that are sent again and again: their tags. */
const known = new WeakMap<Buffer, string>();

/**
 * The entity tag of a response. It is weak (RFC 9110, section 8.8.3), because the same answer is sent compressed by br, by gzip, or not
 * at all: a strong tag would have to differ for each, and a client that changes its mind would be sent everything again. It is made from
 * the bytes alone, so that the tag of another caller tells nothing but that their answer is the same.
 */
export function computeEntityTag(contentType: string, body: string | Buffer): string {
  const found = typeof body === 'string' ? undefined : known.get(body);
  if (found !== undefined) return found;
  const digest = hash('sha256', body, 'base64url').slice(0, 27);
  const tag = `W/"${contentType.startsWith('application/json') ? '' : 'r-'}${digest}"`;
  if (typeof body !== 'string') known.set(body, tag);
  return tag;
}

/** Whether the header If-None-Match names the tag, in the weak comparison that RFC 9110, section 13.1.2, demands. */
export function matchesEntityTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = tag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === opaque);
}
