import { type JsonObject, isJsonObject } from '../../task/scalars/json-object.js';
import { plainText } from '../../upstream/plain-text.js';
import type { ErrorBody } from '../../upstream/status-problem.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';

/** Numbers of problem types that the gateway tells apart. Titles repeat between numbers, so only the number counts. */
export const problemNumber = {
  resourceNotFound: 1,
  parametersNotSupported: 6,
  invalidAccountId: 33,
  invalidResourceId: 35,
} as const;

/**
 * The number at the end of a problem's `type` (`https://astra.netapp.io/problems/6` is 6); null where the body is no such
 * problem document. The member `status` is a string here, against RFC 9457, and is not looked at.
 */
export function problemNumberOf(answer: UpstreamAnswer): number | null {
  const number = /\/problems\/(\d{1,6})$/.exec(textOf(documentOf(answer), 'type') ?? '')?.[1];
  return number === undefined ? null : Number(number);
}

/** What a problem document says for people and for support; all null where the body is something else, such as HTML. */
export function errorBodyOf(answer: UpstreamAnswer): ErrorBody {
  const document = documentOf(answer);
  const correlationId = textOf(document, 'correlationID');
  return {
    message: textOf(document, 'detail') ?? textOf(document, 'title'),
    referenceToken: correlationId === null ? null : plainText(correlationId),
  };
}

function documentOf(answer: UpstreamAnswer): JsonObject {
  const body = answer.jsonOrNull();
  return isJsonObject(body) ? body : {};
}

function textOf(document: JsonObject, member: string): string | null {
  const value = Object.hasOwn(document, member) ? document[member] : null;
  return typeof value === 'string' && value !== '' ? value : null;
}
