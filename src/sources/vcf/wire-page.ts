import { z } from 'zod';

import { SourceProblemError } from '../../task/error/source-problem-error.js';
import { isJsonObject } from '../../task/scalars/json-object.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';
import { wireJson } from './wire.js';

/** One page of a list. */
export interface WirePage {
  readonly elements: readonly unknown[];
  readonly metadata: WirePageMetadata;
}

/** What the plane says of its pages; each null where it does not, as before 5.1. */
export interface WirePageMetadata {
  /** Of this page. Whether the first is 0 or 1 is not documented. */
  readonly pageNumber: number | null;
  readonly totalElements: number | null;
  readonly totalPages: number | null;
}

/** Reads a PageOfTask or a PageOfCredentialsTask; throws a SourceProblemError when the body is none. */
export function readPage(answer: UpstreamAnswer): WirePage {
  const body = wireJson(answer);
  if (!isJsonObject(body)) throw malformed(answer);
  const metadata = wirePageMetadata.parse(body['pageMetadata']);
  const elements = body['elements'] ?? null;
  if (Array.isArray(elements)) return { elements, metadata };
  // No field of a page is required, so an empty list may be left out; but another object than a page is no empty list.
  const isEmptyPage = elements === null && Object.keys(body).every((key) => key === 'elements' || key === 'pageMetadata');
  if (!isEmptyPage) throw malformed(answer);
  return { elements: [], metadata };
}

const count = z.int().nonnegative().nullable().catch(null);
const wirePageMetadata = z
  .object({ pageNumber: count, totalElements: count, totalPages: count })
  .catch({ pageNumber: null, totalElements: null, totalPages: null });

function malformed(answer: UpstreamAnswer): SourceProblemError {
  return new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something that is not a list of tasks.', {
    httpStatus: answer.status,
  });
}
