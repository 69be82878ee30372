/** For programs: what kind of ClientError it is. */
export type ClientErrorCode = 'ABORTED' | 'REFUSED' | 'TASK_GONE' | 'TASK_NOT_FOUND' | 'UNAUTHENTICATED' | 'UNREACHABLE';

/** What every error is that this client throws. */
export abstract class ClientError extends Error {
  abstract readonly code: ClientErrorCode;
}
