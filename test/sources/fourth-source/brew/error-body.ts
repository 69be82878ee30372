import { isJsonObject } from '../../../../src/model/scalars.js';
import type { PlaneErrorBody } from '../../../../src/upstream/response-problem.js';
import type { UpstreamResponse } from '../../../../src/upstream/response.js';

/** What the machine says when it refuses: `{ "error": "…" }`. */
export function errorBodyOf(answer: UpstreamResponse): PlaneErrorBody {
  const body = answer.jsonOrNull();
  return { message: isJsonObject(body) && typeof body.error === 'string' ? body.error : null, referenceToken: null };
}
