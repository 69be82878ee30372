import type { Answer, AnswerError } from './answer.js';
import { ClientError, toRefusalError, UnauthenticatedError, UnreachableError } from './client-errors.js';
import type { Endpoint } from './endpoint.js';
import type { SerializedOperation } from './operation.js';

/** Sends an operation over HTTP once. Throws a ClientError, or the reason of the signal when it is aborted. */
export async function postOperation(operation: SerializedOperation, endpoint: Endpoint, signal: AbortSignal): Promise<Answer<unknown>> {
  const response = await post(operation, endpoint, 'application/graphql-response+json, application/json', signal);
  try {
    return await parseResponse(response);
  } catch (error) {
    if (error instanceof ClientError || signal.aborted) throw error;
    throw new UnreachableError('The answer of the gateway was cut.', error);
  }
}

/** The response to an operation, as soon as its headers are there. Throws like `postOperation`. */
export async function post(
  operation: SerializedOperation,
  { url, headers }: Endpoint,
  accept: string,
  signal: AbortSignal,
): Promise<Response> {
  const requestHeaders = await headers();
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', ...requestHeaders },
      body: JSON.stringify(operation),
      // The headers may contain credentials, which must not follow a redirect.
      redirect: 'error',
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new UnreachableError(`The gateway cannot be reached.${isOfOtherOrigin(url) ? originHint : ''}`, error);
  }
}

/** A browser does not tell a script whether nobody answered or the answer was withheld from a page of another origin. */
const originHint =
  ' If it is running, it may not admit pages of this origin: add the origin to server.cors in the configuration of the gateway.';

function isOfOtherOrigin(url: string): boolean {
  const { location } = globalThis as { readonly location?: { readonly origin: string } };
  return location !== undefined && location.origin !== new URL(url).origin;
}

/** The answer in a response. Throws an UnauthenticatedError, a RefusedError, or an UnreachableError when the body is not GraphQL. */
export async function parseResponse(response: Response): Promise<Answer<unknown>> {
  const body = await parseJsonObject(response);
  const errors: readonly AnswerError[] = Array.isArray(body['errors']) ? body['errors'] : [];
  if ('data' in body) return { data: body['data'] ?? null, errors };
  if (errors.length > 0) throw toRefusalError(errors);
  if (response.status === 401) throw new UnauthenticatedError();
  throw new UnreachableError(`The response with status ${response.status} is not from the gateway.`);
}

/** The client imports nothing of the gateway, so that it has JSON guards of its own. */
async function parseJsonObject(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
