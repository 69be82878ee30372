import type { SourceProblemError } from '../../task/error/source-problem-error.js';
import { readItem } from '../../task/source/read-item.js';
import { plainText } from '../../upstream/plain-text.js';
import { type ErrorBody, problemOfStatus } from '../../upstream/status-problem.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';
import { errorSchema } from './wire.js';

/** The problem that an answer with an error status stands for. */
export function problemOf(answer: UpstreamAnswer): SourceProblemError {
  return problemOfStatus(answer, errorBodyOf(answer));
}

/** What the catalog's error object says; its older form has no request id, and a proxy on the way sends none at all. */
export function errorBodyOf(answer: UpstreamAnswer): ErrorBody {
  const body = readItem(errorSchema, answer.jsonOrNull())?.item;
  return {
    message: body?.message ?? null,
    referenceToken: body?.request_id == null ? null : plainText(body.request_id),
  };
}
