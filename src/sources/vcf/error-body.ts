import type { SecretText } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import { type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from '../../upstream/response-problem.js';
import { readText, type UpstreamResponse } from '../../upstream/response.js';

/**
 * Reads the error body of SDDC Manager, in which no member is required. It may repeat what it was sent, so secrets are
 * removed.
 */
export function parseVcfErrorBody(response: UpstreamResponse, secrets: readonly SecretText[] = []): PlaneErrorBody {
  const body = response.jsonObjectOrEmpty();
  const message = readText(body, 'message');
  const referenceToken = readText(body, 'referenceToken');
  return {
    message: message === null ? null : secrets.reduce((text, secret) => secret.redactFrom(text), message),
    referenceToken: referenceToken === null ? null : sanitizePlaneText(referenceToken),
  };
}

/** Whether the plane refused the token: with a 401, or with another status and an error code that says so. */
export function isTokenRefused(response: UpstreamResponse): boolean {
  if (response.isSuccess) return false;
  return response.status === 401 || /^unauth(?:orized|enticated)$/i.test(readText(response.jsonObjectOrEmpty(), 'errorCode') ?? '');
}

/** The problem that a response with an unexpected status stands for. */
export function toVcfProblem(response: UpstreamResponse): SourceProblemError {
  const body = parseVcfErrorBody(response);
  if (response.status === 401 || !isTokenRefused(response)) return toStatusProblem(response, body);
  return new SourceProblemError('UNAUTHENTICATED', 'The plane refused the credentials.', {
    httpStatus: response.status,
    referenceToken: body.referenceToken,
  });
}
