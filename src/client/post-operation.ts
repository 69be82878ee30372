import type { Answer } from './answer.js';
import { ClientError } from './client-error.js';
import type { Origin } from './origin.js';
import type { SentOperation } from './operation.js';
import { readAnswer } from './read-answer.js';
import { UnreachableError } from './unreachable-error.js';

/** One operation over HTTP, sent once. Throws a ClientError, or what the signal was aborted with. */
export async function postOperation(operation: SentOperation, { url, headers }: Origin, signal: AbortSignal): Promise<Answer<unknown>> {
  const own = await headers();
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/graphql-response+json, application/json', 'content-type': 'application/json', ...own },
      body: JSON.stringify(operation),
      // What is sent may hold credentials: they go nowhere else.
      redirect: 'error',
      signal,
    });
    return await readAnswer(response);
  } catch (error) {
    if (error instanceof ClientError || signal.aborted) throw error;
    throw new UnreachableError('The gateway cannot be reached.', error);
  }
}
