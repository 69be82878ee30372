import type { FastifyError } from 'fastify';

import type { ErrorCode } from '../task/error/tributary-error.js';
import { BodyError } from './limits/body-error.js';
import { refusal } from './refusal.js';

/** What Fastify refuses, and what fails outside GraphQL, in the form of a GraphQL answer. */
export function errorBody(error: FastifyError | BodyError): object {
  if (error instanceof BodyError) return refusal(error.message, error.clientCode);
  const status = error.statusCode ?? 500;
  return refusal(wordsOf(error, status), codeOf(status));
}

function wordsOf(error: FastifyError, status: number): string {
  if (status >= 500) return 'Internal error.';
  if (status === 413) return 'The body of the request is larger than limits.bodyKb allows.';
  if (status === 415) return 'The body of a request is application/json.';
  return error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
    ? 'The body of the request is not JSON.'
    : 'The request cannot be read.';
}

function codeOf(status: number): ErrorCode {
  if (status >= 500) return 'INTERNAL_SERVER_ERROR';
  return status === 413 ? 'LIMIT_EXCEEDED' : 'BAD_USER_INPUT';
}
