import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import type { SecretText } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from '../../upstream/response-problem.js';
import type { UpstreamResponse } from '../../upstream/response.js';

/** What SDDC Manager says in the body of an error; nothing in it is required. It may repeat what it was sent: secrets are removed. */
export function parseVcfErrorBody(answer: UpstreamResponse, secrets: readonly SecretText[] = []): PlaneErrorBody {
  const body = parseBody(answer);
  const message = readText(body, 'message');
  const referenceToken = readText(body, 'referenceToken');
  return {
    message: message === null ? null : secrets.reduce((text, secret) => secret.redactFrom(text), message),
    referenceToken: referenceToken === null ? null : sanitizePlaneText(referenceToken),
  };
}

/** Whether an answer refuses the token: by its status, or by the code that SDDC Manager gives with other ones. */
export function isTokenRefused(answer: UpstreamResponse): boolean {
  if (answer.isSuccess) return false;
  return answer.status === 401 || /^unauth(?:orized|enticated)$/i.test(readText(parseBody(answer), 'errorCode') ?? '');
}

/** The problem that an answer without what was asked for stands for. */
export function toVcfProblem(answer: UpstreamResponse): SourceProblemError {
  const body = parseVcfErrorBody(answer);
  if (answer.status === 401 || !isTokenRefused(answer)) return toStatusProblem(answer, body);
  return new SourceProblemError('UNAUTHENTICATED', 'The plane refused the credentials.', {
    httpStatus: answer.status,
    referenceToken: body.referenceToken,
  });
}

function parseBody(answer: UpstreamResponse): JsonObject {
  const body = answer.jsonOrNull();
  return isJsonObject(body) ? body : {};
}

function readText(body: JsonObject, key: string): string | null {
  const value = body[key];
  return typeof value === 'string' && value !== '' ? value : null;
}
