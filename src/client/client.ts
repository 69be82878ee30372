/** What `tributary-gateway/client` exports. */
export type { Answer, AnswerError } from './answer.js';
export { AbortedError } from './aborted-error.js';
export { ClientError, type ClientErrorCode } from './client-error.js';
export {
  type ClientOptions,
  createClient,
  type RequestOptions,
  type SubscribeOptions,
  type TributaryClient,
  type WaitOptions,
} from './create-client.js';
export type { Operation, VariablesArgument } from './operation.js';
export { RefusedError } from './refused-error.js';
export { TaskGoneError } from './task-gone-error.js';
export { TaskNotFoundError } from './task-not-found-error.js';
export type { TaskRow } from './task-row.js';
export { UnauthenticatedError } from './unauthenticated-error.js';
export { UnreachableError } from './unreachable-error.js';
export { waitForTaskDocuments } from './wait-for-task-documents.js';
