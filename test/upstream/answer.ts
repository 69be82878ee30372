import { UpstreamAnswer } from '../../src/upstream/upstream-answer.js';

/** An answer of a plane. */
export function answerOf(status: number, headers: Readonly<Record<string, string>> = {}, text = '', receivedAt?: number): UpstreamAnswer {
  return new UpstreamAnswer(status, headers, text, receivedAt);
}
