import type { SourceProblemError } from '../../model/source-problem.js';
import {
  isBearerChallenge,
  type PlaneErrorBody,
  sanitizePlaneCode,
  sanitizePlaneText,
  toStatusProblem,
} from '../../upstream/response-problem.js';
import { readText, type UpstreamResponse } from '../../upstream/response.js';
import type { TokenUse } from '../../upstream/token-cache.js';
import { parseItem } from '../parse-item.js';
import { catalogErrorSchema, isInstallRedirect } from './wire.js';

/** The problem that a response with an error status stands for. */
export function toCatalogProblem(response: UpstreamResponse): SourceProblemError {
  return toStatusProblem(response, parseCatalogErrorBody(response));
}

/**
 * Reads the error object of the catalog. Its older form has no more than a code, a message and the status; gateways and
 * proxies send objects with one or two of them.
 */
export function parseCatalogErrorBody(response: UpstreamResponse): PlaneErrorBody {
  const body = parseItem(catalogErrorSchema, response.jsonOrNull())?.item;
  const isErrorObject = body?.code != null && body.message != null && body.status === response.status;
  return {
    isFromPlane: isErrorObject || isBearerChallenge(response),
    code: sanitizePlaneCode(body?.code ?? null),
    message: body?.message ?? null,
    referenceToken: body?.request_id == null ? null : sanitizePlaneText(body.request_id),
  };
}

/** The same for the token route, whose errors may have the form of RFC 6749, 5.2, too. */
export function parseTokenErrorBody(response: UpstreamResponse): PlaneErrorBody {
  const body = parseCatalogErrorBody(response);
  const code = readText(response.jsonObjectOrEmpty(), 'error');
  return code !== null && tokenErrorCodes.has(code) ? { ...body, isFromPlane: true, code } : body;
}

/** Of RFC 6749, 5.2, and the one with which some servers refuse a client. */
const tokenErrorCodes: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
]);

/** What a response of the catalog at `base` says about the token of its request. */
export function classifyCatalogTokenUse(response: UpstreamResponse, base: URL): TokenUse {
  const { status, isSuccess } = response;
  if (isInstallRedirect(response, base)) return { kind: 'accepted' };
  if (isSuccess) return response.isHtml ? null : { kind: 'accepted' };
  const body = parseCatalogErrorBody(response);
  return status === 401 && body.isFromPlane ? { kind: 'refused', httpStatus: status, ...body } : null;
}
