import { UpstreamResponse } from '../../src/upstream/response.js';

/** An answer of a plane. */
export function answerOf(status: number, headers: Readonly<Record<string, string>> = {}, text = '', receivedAt?: number): UpstreamResponse {
  return new UpstreamResponse(status, headers, text, receivedAt);
}
