import type { PlaneAnswer } from '../../../simulation/plane-server.js';
import type { JsonObject } from '../../../task/scalars/json-object.js';

const codes = {
  400: 'validation_error',
  401: 'unauthorized',
  404: 'not_found',
  409: 'conflict',
} as const;

/** Where and when an error was made, as the catalog says it in the body. */
export interface ErrorScene {
  readonly path: string;
  readonly requestId: string;
  readonly timestamp: string;
}

/** The catalog's error object, which it uses for warnings too. */
export function simulatedError(
  status: keyof typeof codes,
  message: string,
  scene: ErrorScene,
  details: readonly JsonObject[] = [],
): JsonObject {
  const { path, requestId, timestamp } = scene;
  return { code: codes[status], details, message, path, request_id: requestId, status, timestamp };
}

export function errorAnswer(status: keyof typeof codes, message: string, scene: ErrorScene, details?: readonly JsonObject[]): PlaneAnswer {
  return { status, body: simulatedError(status, message, scene, details) };
}
