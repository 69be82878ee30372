import type { Answer, AnswerError } from './answer.js';
import { refusalOf } from './refusal-of.js';
import { UnauthenticatedError } from './unauthenticated-error.js';
import { UnreachableError } from './unreachable-error.js';

/** The answer in a response. Throws an UnauthenticatedError, a RefusedError, or an UnreachableError where there is no GraphQL in it. */
export async function readAnswer(response: Response): Promise<Answer<unknown>> {
  const body = await jsonOf(response);
  const errors: readonly AnswerError[] = Array.isArray(body['errors']) ? body['errors'] : [];
  if ('data' in body) return { data: body['data'] ?? null, errors };
  if (errors.length > 0) throw refusalOf(errors);
  if (response.status === 401) throw new UnauthenticatedError();
  throw new UnreachableError(`What answered, with ${response.status}, is not the gateway.`);
}

async function jsonOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
