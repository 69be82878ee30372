import type { Dispatcher } from 'undici';

import { createDispatcher } from './connections.js';
import type { UpstreamRequest } from './request.js';
import { UpstreamResponse } from './response.js';
import type { TransportSettings } from './source-settings.js';

/** Sends one request and reads the whole response. Throws the errors of undici, or a ResponseTooLargeError. */
export async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: UpstreamRequest,
  { maxBodyBytes, now }: { readonly maxBodyBytes: number; readonly now: () => number },
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
    // The status of an action counts, whatever happens to the body.
    if (request.method !== 'GET') return new UpstreamResponse(statusCode, headers, '', now());
    throw error;
  }
  const text = redactCredentials(Buffer.concat(chunks).toString('utf8'), request, statusCode);
  return new UpstreamResponse(statusCode, headers, text, now());
}

/** The same on a connection that is opened for this request and closed after it. */
export async function exchangeOnNewConnection(
  transport: TransportSettings,
  url: URL,
  request: UpstreamRequest,
  now: () => number,
): Promise<UpstreamResponse> {
  const { dispatcher } = createDispatcher(transport, 'single');
  try {
    return await exchange(dispatcher, url, request, { maxBodyBytes: transport.maxBodyBytes, now });
  } finally {
    await dispatcher.destroy();
  }
}

/** Thrown when a response body is larger than `maxBodyMb` allows. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

const redactionMark = '[removed]';

/**
 * Removes the credentials of the request from the body of its response: a plane may repeat what it was sent, above all
 * in an error. In error bodies they are looked for in every encoding in which they may come back.
 */
function redactCredentials(text: string, { headers, secrets = [] }: UpstreamRequest, status: number): string {
  const credential = headers?.['authorization']?.replace(/^\w+ /, '') ?? '';
  // Anything shorter cannot be told from an ordinary word.
  if (status >= 200 && status < 300) return credential.length < 8 ? text : text.replaceAll(credential, redactionMark);
  const pair = Buffer.from(credential, 'base64').toString('utf8');
  const all = [credential, ...(headers?.['authorization']?.startsWith('Basic ') ? [pair, ...pair.split(':')] : []), ...secrets];
  // The longest first: one may be a part of another.
  const forms = all.flatMap(encodeSecret).toSorted((a, b) => b.length - a.length);
  return forms.reduce((rest, form) => (form.length < 4 ? rest : rest.replaceAll(form, redactionMark)), text);
}

/** A secret as it is, escaped as JSON, percent-encoded, and in both alphabets of base64. */
function encodeSecret(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}
