import type { FastifyRequest } from 'fastify';

import { BadUserInputError } from '../../task/error/bad-user-input-error.js';
import type { SubscriptionRequest } from './prepare-subscription.js';

/** The subscription that an HTTP request asks for. Throws a BadUserInputError that says what is missing. */
export function readStreamRequest({ method, query, body, headers }: FastifyRequest): SubscriptionRequest {
  if (method === 'GET' && !preflightHeaders.some((name) => (headers[name] ?? '') !== '')) {
    throw new BadUserInputError(`A GET needs one of the headers ${preflightHeaders.join(', ')}, so that no foreign page can send it.`);
  }
  const parameters = method === 'GET' ? query : body;
  if (!isRecord(parameters)) throw new BadUserInputError('The body of the request is a JSON object, sent as application/json.');
  const { query: document, operationName } = parameters;
  if (typeof document !== 'string' || document === '') throw new BadUserInputError('query is the text of a subscription.');
  if (operationName != null && typeof operationName !== 'string') throw new BadUserInputError('operationName is a string.');
  const variables = method === 'GET' ? parsed(parameters['variables']) : parameters['variables'];
  if (variables != null && !isRecord(variables)) throw new BadUserInputError('variables is an object.');
  return { query: document, operationName, variables };
}

/** Those that Apollo asks for on /graphql: a page may send them to another origin only after that allowed it. */
const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

function parsed(text: unknown): unknown {
  if (text === undefined || text === '') return null;
  if (typeof text !== 'string') throw new BadUserInputError('variables is given once.');
  try {
    return JSON.parse(text);
  } catch {
    throw new BadUserInputError('variables is not JSON.');
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
