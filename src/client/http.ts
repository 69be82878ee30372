import type { Answer, AnswerError } from './answer.js';
import { ClientError, toRefusalError, UnauthenticatedError, UnreachableError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import type { SerializedOperation } from './operation.js';

/** One operation over HTTP, sent once. Throws a ClientError, or what the signal was aborted with. */
export async function postOperation(
  operation: SerializedOperation,
  { url, headers }: Endpoint,
  signal: AbortSignal,
): Promise<Answer<unknown>> {
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
    return await parseResponse(response);
  } catch (error) {
    if (error instanceof ClientError || signal.aborted) throw error;
    throw new UnreachableError('The gateway cannot be reached.', error);
  }
}

/** The answer in a response. Throws an UnauthenticatedError, a RefusedError, or an UnreachableError where there is no GraphQL in it. */
export async function parseResponse(response: Response): Promise<Answer<unknown>> {
  const body = await parseJsonObject(response);
  const errors: readonly AnswerError[] = Array.isArray(body['errors']) ? body['errors'] : [];
  if ('data' in body) return { data: body['data'] ?? null, errors };
  if (errors.length > 0) throw toRefusalError(errors);
  if (response.status === 401) throw new UnauthenticatedError();
  throw new UnreachableError(`What answered, with ${response.status}, is not the gateway.`);
}

async function parseJsonObject(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
