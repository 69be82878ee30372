import type { SourceProblemError } from '../../model/source-problem.js';
import { type PlaneErrorBody, sanitizePlaneText, toStatusProblem } from '../../upstream/response-problem.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import { parseItem } from '../parse-item.js';
import { catalogErrorSchema } from './wire.js';

/** The problem that an answer with an error status stands for. */
export function toCatalogProblem(answer: UpstreamResponse): SourceProblemError {
  return toStatusProblem(answer, parseCatalogErrorBody(answer));
}

/** What the catalog's error object says; its older form has no request id, and a proxy on the way sends none at all. */
export function parseCatalogErrorBody(answer: UpstreamResponse): PlaneErrorBody {
  const body = parseItem(catalogErrorSchema, answer.jsonOrNull())?.item;
  return {
    message: body?.message ?? null,
    referenceToken: body?.request_id == null ? null : sanitizePlaneText(body.request_id),
  };
}
