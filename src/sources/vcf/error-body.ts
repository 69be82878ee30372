import { SourceProblemError } from '../../task/error/source-problem-error.js';
import { isJsonObject, type JsonObject } from '../../task/scalars/json-object.js';
import type { SecretText } from '../../task/scalars/secret.js';
import { plainText } from '../../upstream/plain-text.js';
import { type ErrorBody, problemOfStatus } from '../../upstream/status-problem.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';

/** What SDDC Manager says in the body of an error; nothing in it is required. It may repeat what it was sent: secrets are removed. */
export function errorBodyOf(answer: UpstreamAnswer, secrets: readonly SecretText[] = []): ErrorBody {
  const body = bodyOf(answer);
  const message = textIn(body, 'message');
  const referenceToken = textIn(body, 'referenceToken');
  return {
    message: message === null ? null : secrets.reduce((text, secret) => secret.removedFrom(text), message),
    referenceToken: referenceToken === null ? null : plainText(referenceToken),
  };
}

/** Whether an answer refuses the token: by its status, or by the code that SDDC Manager gives with other ones. */
export function refusesToken(answer: UpstreamAnswer): boolean {
  if (answer.isSuccess) return false;
  return answer.status === 401 || /^unauth(?:orized|enticated)$/i.test(textIn(bodyOf(answer), 'errorCode') ?? '');
}

/** The problem that an answer without what was asked for stands for. */
export function problemOfAnswer(answer: UpstreamAnswer): SourceProblemError {
  const body = errorBodyOf(answer);
  if (answer.status === 401 || !refusesToken(answer)) return problemOfStatus(answer, body);
  return new SourceProblemError('UNAUTHENTICATED', 'The plane refused the credentials.', {
    httpStatus: answer.status,
    referenceToken: body.referenceToken,
  });
}

function bodyOf(answer: UpstreamAnswer): JsonObject {
  const body = answer.jsonOrNull();
  return isJsonObject(body) ? body : {};
}

function textIn(body: JsonObject, key: string): string | null {
  const value = body[key];
  return typeof value === 'string' && value !== '' ? value : null;
}
