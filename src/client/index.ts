/** What `tributary-gateway/client` exports. */
export type { Answer, AnswerError } from './answer.js';
export { AbortedError } from './client-errors.js';
export { ClientError, type ClientErrorCode } from './client-errors.js';
export {
  type ClientOptions,
  createClient,
  type RequestOptions,
  type SubscribeOptions,
  type TributaryClient,
  type WaitOptions,
} from './create-client.js';
export type { Operation, VariablesArgument } from './operation.js';
export { RefusedError } from './client-errors.js';
export { TaskGoneError } from './client-errors.js';
export { TaskNotFoundError } from './client-errors.js';
export type { TaskRow } from './task-row.js';
export { UnauthenticatedError } from './client-errors.js';
export { UnreachableError } from './client-errors.js';
export { waitForTaskDocuments } from './wait-for-task.js';
