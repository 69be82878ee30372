import { expect } from '@jest/globals';

import type { RawResponse } from './bare-gateway.js';

/** `extensions.code` as the contract has it. */
const codes = [
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'LIMIT_EXCEEDED',
  'RATE_LIMITED',
  'OVERLOADED',
  'SOURCE_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'INTERNAL_SERVER_ERROR',
];

/** The only error of a response: its code is in the list, and there is nothing in it but what the contract names. */
export function onlyError({ json }: RawResponse): {
  message: string;
  extensions: { code: string; errorId?: string; retryAfterMs?: number };
} {
  expect(json.errors).toHaveLength(1);
  const [error] = json.errors;
  expect(codes).toContain(error.extensions.code);
  expect(Object.keys(error).every((key) => ['message', 'locations', 'path', 'extensions'].includes(key))).toBe(true);
  expect(Object.keys(error.extensions).every((key) => ['code', 'errorId', 'retryAfterMs'].includes(key))).toBe(true);
  return error;
}
