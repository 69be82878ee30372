import type { Dispatcher } from 'undici';

import type { SourceConnection } from '../task/source/source-module.js';
import { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamRequest } from './upstream-request.js';
import { withoutCredentials } from './without-credentials.js';

/** Sends one request and reads its answer whole. Throws what undici throws. */
export async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: UpstreamRequest,
  { maxBodyBytes, now }: Pick<SourceConnection, 'maxBodyBytes' | 'now'>,
): Promise<UpstreamAnswer> {
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
      if (maxBodyBytes > 0 && size > maxBodyBytes) throw new AnswerTooLargeError();
      chunks.push(chunk);
    }
  } catch (error) {
    // The status of an action that succeeded stands, whatever becomes of the rest of the answer.
    if (request.method !== 'GET' && statusCode >= 200 && statusCode < 300) return new UpstreamAnswer(statusCode, headers, '', now());
    throw error;
  }
  const text = withoutCredentials(Buffer.concat(chunks).toString('utf8'), request, statusCode);
  return new UpstreamAnswer(statusCode, headers, text, now());
}

/** Thrown when an answer is longer than `maxBodyMb` allows. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}
