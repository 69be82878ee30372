import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import type { OperationExecutor } from '../../execution/compiled-executor.js';
import type { OperationContext } from '../../gateway/operation-context.js';
import type { Authenticator } from '../authentication/authenticator.js';
import type { Session } from '../authentication/session.js';
import { allConnections } from '../guards/connection-limits.js';
import type { SharedGuards } from '../guards/guard-lists.js';
import type { RouteGuard } from '../guards/guard.js';
import type { InFlightRequests } from '../guards/in-flight-requests.js';
import type { Refusal } from '../http-error-responses.js';
import type { SubscriptionTiming } from '../timeouts.js';
import type { EventAnswer } from './event-answer.js';
import type { ResultFormatter } from './result-formatter.js';
import type { SharedAnswers, ValidatedDocuments } from './subscription-caches.js';
import type { EventQueue } from './event-queue.js';

export interface SubscriptionOptions {
  readonly execution: SubscriptionExecution;
  readonly admission: SubscriptionAdmission;
  readonly transport: SubscriptionTransport;
}

/** How subscriptions are executed, the same for both transports. */
export interface SubscriptionExecution {
  readonly schema: GraphQLSchema;
  /** Whether a caller may read the schema; null: nobody is authenticated yet. */
  readonly mayIntrospect: (session: Session | null) => boolean;
  /** Creates a context for the resolvers of one event. */
  readonly createContext: (session: Session) => OperationContext;
  /** Executes events; what it does not execute is left to graphql-js. */
  readonly executor: OperationExecutor;
  /** What clients see of an error; the same as over HTTP. */
  readonly selectFormatter: (session: Session | null) => ResultFormatter;
  readonly shared: SharedSubscriptionState;
  readonly log: FastifyBaseLogger;
}

/** What the subscriptions of all clients share. */
interface SharedSubscriptionState {
  readonly documents: ValidatedDocuments;
  readonly answers: SharedAnswers<EventAnswer>;
  readonly eventQueue: EventQueue;
}

/** Who may subscribe, and to how much. What counts something counts for both transports. */
interface SubscriptionAdmission extends Omit<SharedGuards, 'inFlight'> {
  readonly authenticator: Authenticator;
  /** The guards of the event stream, in their order. */
  readonly routeGuards: readonly RouteGuard[];
  /** Origins whose pages may connect, besides the gateway's own. */
  readonly origins: readonly string[];
}

/** How connections are watched. */
export interface SubscriptionTransport {
  readonly timing: SubscriptionTiming;
  readonly inFlight: InFlightRequests;
  readonly log: FastifyBaseLogger;
  /** Milliseconds of a clock that is never set back. */
  readonly monotonic: () => number;
}

/** Refuses a connection of either transport; in five seconds one of the others may have ended. */
export const tooManyConnections: Refusal = {
  code: 'OVERLOADED',
  message: 'As many connections are open as limits.sockets allows.',
  retryAfterMs: 5_000,
};

const tooManyConnectionsOfCaller: Refusal = {
  code: 'RATE_LIMITED',
  message: 'This caller has as many connections as limits.socketsPerCaller allows.',
  retryAfterMs: 5_000,
};

/** Counts a connection of an authenticated caller: a function that releases it, or why it is refused. */
export function acquireConnection(
  { connections, callerConnections }: Pick<SharedGuards, 'connections' | 'callerConnections'>,
  limitKey: string,
): (() => void) | Refusal {
  const release = connections.acquire(allConnections);
  if (release === null) return tooManyConnections;
  const releaseOfCaller = callerConnections.acquire(limitKey);
  if (releaseOfCaller === null) {
    release();
    return tooManyConnectionsOfCaller;
  }
  return () => {
    release();
    releaseOfCaller();
  };
}

export const stoppingMessage = 'The gateway is stopping.';
