import { isJsonObject } from '../../../src/task/scalars/json-object.js';
import type { ErrorBody } from '../../../src/upstream/status-problem.js';
import type { UpstreamAnswer } from '../../../src/upstream/upstream-answer.js';

/** What the machine says when it refuses: `{ "error": "…" }`. */
export function errorBodyOf(answer: UpstreamAnswer): ErrorBody {
  const body = answer.jsonOrNull();
  return { message: isJsonObject(body) && typeof body.error === 'string' ? body.error : null, referenceToken: null };
}
