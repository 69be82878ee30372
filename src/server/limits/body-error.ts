import type { ErrorCode } from '../../task/error/tributary-error.js';

/** A request whose body is refused unread, or before it is parsed. */
export class BodyError extends Error {
  readonly statusCode: 400 | 415;
  readonly clientCode: ErrorCode;

  constructor(statusCode: 400 | 415, clientCode: ErrorCode, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.clientCode = clientCode;
  }
}
