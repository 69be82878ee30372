import type { DocumentNode } from 'graphql';

import { RateLimiter } from '../../lib/rate-limiter.js';
import { LimitExceededError, RateLimitedError, TributaryError } from '../../model/errors.js';
import type { ServerLimits } from '../server-limits.js';
import { type ConcurrencyLimit, OverloadedError } from './concurrency-limit.js';
import { DocumentLimiter } from './document-limits.js';
import type { Guard } from './guard.js';
import { readRequestedDocument, type TrustedDocumentGuard } from './trusted-documents.js';

/** An operation as it arrived, before its document is read. */
interface ArrivingOperation {
  /** Of the session of its caller. */
  readonly limitKey: string;
  /** The subscriptions of its WebSocket, this one included; null over HTTP, where the listener has checked for overload already. */
  readonly subscriptionsOnSocket: number | null;
}

/** Names and values as a client sent them: the body of a POST, the query of a GET, the payload of a message. */
export type OperationParameters = Readonly<Record<string, unknown>>;

/** An operation that was read. Checks fill in what they find out. */
interface ReceivedOperation {
  readonly parameters: OperationParameters;
  readonly clientName: string | null;
  query: string;
  hasId: boolean;
  onExecuted: () => void;
  document: DocumentNode | null;
}

export interface AdmittedDocument {
  readonly query: string;
  /** Whether the client sent an id, with or without the text. */
  readonly hasId: boolean;
  /** To be called when the document is executed: only then it is logged that the manifest does not have it. */
  readonly onExecuted: () => void;
  /** Null where the document was admitted before, and where it does not parse; the error is then for the parser to report. */
  readonly document: DocumentNode | null;
}

/** A check that operations of every transport pass. */
interface OperationCheck<T> extends Guard {
  /** The refusal; null lets the operation pass. */
  check(operation: T): TributaryError | null;
}

/**
 * What operations pass before they are validated: first the checks that need only the caller, then those of the document. WebSockets run
 * both lists for a `subscribe` message, HTTP requests the first before and the second after the body is read.
 */
export class OperationAdmission {
  readonly #callerChecks: readonly OperationCheck<ArrivingOperation>[];
  readonly #documentChecks: readonly OperationCheck<ReceivedOperation>[];

  /** `now`: milliseconds of a clock that is never set back. */
  constructor(limits: ServerLimits, concurrency: ConcurrencyLimit, trusted: TrustedDocumentGuard, now: () => number) {
    const rates = new RateLimiter({ most: limits.operationsPerSecond, windowMs: 1_000, now });
    const documents = new DocumentLimiter(limits);
    this.#callerChecks = [
      {
        name: 'overload',
        refuses: ['503 OVERLOADED'],
        check: ({ limitKey, subscriptionsOnSocket }) =>
          subscriptionsOnSocket === null || concurrency.hasCapacity(limitKey) ? null : new OverloadedError(concurrency.retryAfterMs),
      },
      {
        name: 'operation rate',
        refuses: ['429 RATE_LIMITED'],
        check: ({ limitKey }) => {
          const waitMs = rates.take(limitKey, 1);
          return waitMs === 0 ? null : new RateLimitedError('operationsPerSecond', waitMs);
        },
      },
      {
        name: 'subscriptions of one WebSocket',
        refuses: ['429 RATE_LIMITED'],
        check: ({ subscriptionsOnSocket }) => {
          const max = limits.subscriptionsPerSocket;
          return max === 0 || (subscriptionsOnSocket ?? 0) <= max ? null : new TooManySubscriptionsError(max);
        },
      },
    ];
    this.#documentChecks = [
      {
        name: 'trusted documents',
        refuses: ['400 PERSISTED_QUERY_NOT_FOUND', '200 PERSISTED_QUERY_NOT_FOUND', '200 PERSISTED_QUERY_NOT_SUPPORTED'],
        check: (operation) => {
          const requested = readRequestedDocument(operation.parameters);
          const decision = trusted.decide(requested, operation.clientName);
          if (decision.kind === 'refused') return decision.error;
          const { query, onExecuted } = decision;
          Object.assign(operation, { query, onExecuted, hasId: requested.id !== null });
          return null;
        },
      },
      {
        name: 'document limits',
        refuses: ['400 LIMIT_EXCEEDED'],
        check: (operation) => {
          const { operationName } = operation.parameters;
          const { excess, document } = documents.check(operation.query, typeof operationName === 'string' ? operationName : null);
          operation.document = document;
          return excess === null ? null : new LimitExceededError(excess);
        },
      },
    ];
  }

  /** @throws the refusal of the first check that does not let the operation pass. */
  checkCaller(operation: ArrivingOperation): void {
    runChecks(this.#callerChecks, operation);
  }

  /** @throws the refusal of the first check that does not let the document pass. */
  checkDocument(parameters: OperationParameters, clientName: string | null): AdmittedDocument {
    const { query } = parameters;
    const operation: ReceivedOperation = {
      parameters,
      clientName,
      query: typeof query === 'string' ? query : '',
      hasId: false,
      onExecuted: () => undefined,
      document: null,
    };
    runChecks(this.#documentChecks, operation);
    return operation;
  }
}

/** Thrown for a subscription over the limit of its WebSocket: complete another one first. */
class TooManySubscriptionsError extends TributaryError {
  override readonly name = 'TooManySubscriptionsError';
  readonly code = 'RATE_LIMITED';
  /** A guess: only the client decides when another subscription completes. */
  override readonly retryAfterMs = 5_000;

  constructor(limit: number) {
    super(`limits.subscriptionsPerSocket allows ${limit} subscriptions on one WebSocket.`);
  }
}

function runChecks<T>(checks: readonly OperationCheck<T>[], operation: T): void {
  for (const { check } of checks) {
    const refusal = check(operation);
    if (refusal !== null) throw refusal;
  }
}
