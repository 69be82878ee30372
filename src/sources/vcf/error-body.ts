import { redactSecrets, type SecretText } from '../../model/secret.js';
import { SourceProblemError } from '../../model/source-problem.js';
import {
  isBearerChallenge,
  type PlaneErrorBody,
  sanitizePlaneCode,
  sanitizePlaneText,
  toStatusProblem,
} from '../../upstream/response-problem.js';
import { readText, type UpstreamResponse } from '../../upstream/response.js';
import type { TokenUse } from '../../upstream/token-cache.js';

/**
 * Reads the error body of SDDC Manager. The specification requires no member of it; every published one has a code, and
 * a message or a reference token, which gateways in front of a plane do not have together. It may repeat what it was
 * sent, so secrets are removed.
 */
export function parseVcfErrorBody(response: UpstreamResponse, secrets: readonly SecretText[] = []): PlaneErrorBody {
  const body = response.jsonObjectOrEmpty();
  const code = readText(body, 'errorCode');
  const message = readText(body, 'message');
  const referenceToken = readText(body, 'referenceToken');
  const redact = (text: string | null): string | null => (text === null ? null : redactSecrets(text, secrets));
  const shownToken = redact(referenceToken);
  return {
    isFromPlane: (code !== null && (message !== null || referenceToken !== null)) || isBearerChallenge(response),
    code: sanitizePlaneCode(redact(code)),
    message: redact(message),
    referenceToken: shownToken === null ? null : sanitizePlaneText(shownToken),
  };
}

/**
 * What a response says about the token of its request. The plane refuses one with a 401, or with another status and an
 * error code that says so.
 */
export function classifyVcfTokenUse(response: UpstreamResponse, secrets: readonly SecretText[] = []): TokenUse {
  if (response.isSuccess) return response.isHtml ? null : { kind: 'accepted' };
  const body = parseVcfErrorBody(response, secrets);
  const isRefused = response.status === 401 || /^unauth(?:orized|enticated)$/i.test(body.code ?? '');
  return isRefused && body.isFromPlane ? { kind: 'refused', httpStatus: response.status, ...body } : null;
}

/** The problem that a response with an unexpected status stands for. */
export function toVcfProblem(response: UpstreamResponse): SourceProblemError {
  const problem = toStatusProblem(response, parseVcfErrorBody(response));
  if (classifyVcfTokenUse(response)?.kind !== 'refused' || problem.problem.kind === 'UNAUTHENTICATED') return problem;
  return new SourceProblemError('UNAUTHENTICATED', 'The plane refused the credentials.', problem.problem);
}
