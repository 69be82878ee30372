import type { SourceProblemError } from '../../model/source-problem.js';
import { type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from '../../upstream/response-problem.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import { parseItem } from '../parse-item.js';
import { catalogErrorSchema } from './wire.js';

/** The problem that a response with an error status stands for. */
export function toCatalogProblem(response: UpstreamResponse): SourceProblemError {
  return toStatusProblem(response, parseCatalogErrorBody(response));
}

/**
 * Reads the error object of the catalog. Its older form has no request id, and a proxy in front of it sends no such
 * object.
 */
export function parseCatalogErrorBody(response: UpstreamResponse): PlaneErrorBody {
  const body = parseItem(catalogErrorSchema, response.jsonOrNull())?.item;
  return {
    message: body?.message ?? null,
    referenceToken: body?.request_id == null ? null : sanitizePlaneText(body.request_id),
  };
}
