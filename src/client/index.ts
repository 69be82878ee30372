/** What `tributary-gateway/client` exports. */
export type { Answer, AnswerError } from './answer.js';
export {
  AbortedError,
  ClientError,
  type ClientErrorCode,
  RefusedError,
  TaskGoneError,
  TaskNotFoundError,
  UnauthenticatedError,
  UnreachableError,
} from './client-errors.js';
export {
  type ClientOptions,
  createClient,
  type RequestOptions,
  type SubscribeOptions,
  type TributaryClient,
  type WaitOptions,
} from './create-client.js';
export type { Operation, VariablesArgument } from './operation.js';
export type { TaskProgressBasis, TaskRow, TaskSourceKind, TaskStatus } from './task-row.js';
export { waitForTaskDocuments } from './wait-for-task.js';
