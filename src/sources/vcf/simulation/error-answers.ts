import type { PlaneAnswer } from '../../../simulation/plane-server.js';

/** An answer with an Error body. */
export function errorAnswer(status: number, errorCode: string, message: string, more: ErrorDetails = {}): PlaneAnswer {
  return { status, body: { errorCode, ...more, message } };
}

export interface ErrorDetails {
  readonly arguments?: readonly string[];
  readonly referenceToken?: string;
  readonly remediationMessage?: string;
}
