import type { Dispatcher } from 'undici';

import type { SourceConnection } from './connections.js';
import type { UpstreamRequest } from './request.js';
import { UpstreamResponse } from './response.js';

/** Sends one request and reads its answer whole. Throws what undici throws. */
export async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: UpstreamRequest,
  { maxBodyBytes, now }: Pick<SourceConnection, 'maxBodyBytes' | 'now'>,
): Promise<UpstreamResponse> {
  const { statusCode, headers, body } = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: { accept: 'application/json', ...request.headers },
    body: request.body ?? null,
    signal: request.signal,
  });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (maxBodyBytes > 0 && size > maxBodyBytes) throw new ResponseTooLargeError();
      chunks.push(chunk);
    }
  } catch (error) {
    // The status of an action stands, whatever becomes of the rest of the answer.
    if (request.method !== 'GET') return new UpstreamResponse(statusCode, headers, '', now());
    throw error;
  }
  const text = redactCredentials(Buffer.concat(chunks).toString('utf8'), request, statusCode);
  return new UpstreamResponse(statusCode, headers, text, now());
}

/** Thrown when an answer is longer than `maxBodyMb` allows. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/** Stands where a credential stood. */
const redactionMark = '[removed]';

/**
 * The body of an answer without what opens the plane: one may repeat what it was sent, in an error above all, and our credentials go
 * no further than here. In errors they are looked for in every form in which they may come back.
 */
export function redactCredentials(text: string, { headers, secrets = [] }: UpstreamRequest, status: number): string {
  const credential = headers?.['authorization']?.replace(/^\w+ /, '') ?? '';
  // A shorter one is no credential that could be told from a word.
  if (status >= 200 && status < 300) return credential.length < 8 ? text : text.replaceAll(credential, redactionMark);
  const pair = Buffer.from(credential, 'base64').toString('utf8');
  const all = [credential, ...(headers?.['authorization']?.startsWith('Basic ') ? [pair, ...pair.split(':')] : []), ...secrets];
  // The longest first: one may be a part of another.
  const forms = all.flatMap(encodeSecret).toSorted((a, b) => b.length - a.length);
  return forms.reduce((rest, form) => (form.length < 4 ? rest : rest.replaceAll(form, redactionMark)), text);
}

/** As it is, escaped, and encoded. */
function encodeSecret(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}
