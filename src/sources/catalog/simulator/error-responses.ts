import type { JsonObject } from '../../../model/scalars.js';
import type { PlaneResponse } from '../../simulation/plane-server.js';

const errorCodes = {
  400: 'validation_error',
  401: 'unauthorized',
  404: 'not_found',
  409: 'conflict',
} as const;

/** Where and when an error occurred, for its body. */
export interface ErrorContext {
  readonly path: string;
  readonly requestId: string;
  readonly timestamp: string;
}

/** The error object of the catalog, also used for warnings. */
export function simulatedError(
  status: keyof typeof errorCodes,
  message: string,
  context: ErrorContext,
  details: readonly JsonObject[] = [],
): JsonObject {
  const { path, requestId, timestamp } = context;
  return { code: errorCodes[status], details, message, path, request_id: requestId, status, timestamp };
}

export function catalogErrorResponse(
  status: keyof typeof errorCodes,
  message: string,
  context: ErrorContext,
  details?: readonly JsonObject[],
): PlaneResponse {
  return { status, body: simulatedError(status, message, context, details) };
}
