import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyBaseLogger } from 'fastify';

import type { Authenticator } from '../authentication/authenticator.js';
import { needsEventStream } from '../media-types.js';
import { healthPaths } from '../operator-routes.js';
import type { ProcessProbes } from '../process-probes.js';
import type { ServerLimits } from '../server-limits.js';
import { createAuthenticationGuard } from './authentication-guard.js';
import { ConcurrencyLimit, createOverloadGuard, type OverloadThresholds } from './concurrency-limit.js';
import { ConnectionLimit } from './connection-limits.js';
import type { AppGuard, ListenerGuard, RouteGuard } from './guard.js';
import { createHostGuard, HostCheck } from './host-guard.js';
import { createOperationCounters, createPipeliningGuard, InFlightRequests } from './in-flight-requests.js';
import { jsonBodyGuard } from './json-body.js';
import { OperationAdmission } from './operation-admission.js';
import { createCallerGuard, createDocumentGuard } from './operation-guards.js';
import { createSchedulingGuard, SchedulingQueue } from './scheduling-queue.js';
import { createKnownConnectionGuard, UnauthenticatedConnections } from './unauthenticated-connections.js';
import { TrustedDocumentGuard, type TrustedDocuments } from './trusted-documents.js';

/** Who may call the gateway, and how much they may ask for. */
export interface AdmissionOptions {
  readonly authenticator: Authenticator;
  /** Origins of pages that may call from a browser; none when empty. */
  readonly cors: readonly string[];
  readonly limits: ServerLimits;
  /** Whether only requests for hosts of this machine are accepted, as is right where nobody authenticates; false by default. */
  readonly onlyLocalHosts?: boolean;
  /** Null, or absent: every document is executed. */
  readonly trustedDocuments?: TrustedDocuments | null;
}

/** What guards measure. */
interface AdmissionMeasures {
  readonly probes: ProcessProbes;
  /** Milliseconds of a clock that is never set back. */
  readonly monotonic: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly overload: OverloadThresholds;
  readonly log: FastifyBaseLogger;
}

export interface GuardLists {
  readonly listener: readonly ListenerGuard[];
  readonly app: readonly AppGuard[];
  readonly graphql: readonly RouteGuard[];
  readonly eventStream: readonly RouteGuard[];
  /** What the guards above share with the WebSockets. */
  readonly shared: SharedGuards;
}

export interface SharedGuards {
  readonly operations: OperationAdmission;
  readonly concurrency: ConcurrencyLimit;
  readonly inFlight: InFlightRequests;
  /** A request is no longer counted as an operation in flight: it goes on as an event stream. */
  readonly endOperation: (request: IncomingMessage) => void;
  /** Null: requests for every host are accepted. */
  readonly hosts: HostCheck | null;
  /** Connections on which nobody is authenticated. */
  readonly unauthenticated: UnauthenticatedConnections;
  /** WebSockets and event streams of all callers. */
  readonly connections: ConnectionLimit;
  /** WebSockets and event streams of each caller. */
  readonly callerConnections: ConnectionLimit;
}

/**
 * Every guard of the server, from top to bottom in the order in which a request meets them. What is cheap to check and needs nothing
 * of the request comes first: nobody makes the gateway parse a body before they are authenticated, or a document before their rate is
 * checked. Apollo Server comes after them, with its own checks: CSRF, the media types, validation.
 */
export function createGuardLists(
  { authenticator, cors, limits, onlyLocalHosts = false, trustedDocuments = null }: AdmissionOptions,
  { probes, monotonic, now, overload, log }: AdmissionMeasures,
): GuardLists {
  const queue = new SchedulingQueue(monotonic);
  const concurrency = new ConcurrencyLimit(overload, probes, queue);
  const inFlight = new InFlightRequests();
  const { countArrival, countInFlight, endOperation } = createOperationCounters(concurrency, inFlight);
  const trusted = new TrustedDocumentGuard(trustedDocuments, (document) => log.warn(document, 'a document is not in the manifest'));
  const operations = new OperationAdmission(limits, concurrency, trusted, monotonic);
  const trustsProxy = (address: string | undefined): boolean => authenticator.isTrustedProxy(address);
  const warn = (fields: object, message: string): void => log.warn(fields, message);
  const isBusy = (socket: Socket): boolean => inFlight.countOnConnection({ socket }) > 0;
  const unauthenticated = new UnauthenticatedConnections({ limits, isBusy, warn, monotonic });
  const hosts = onlyLocalHosts ? new HostCheck({ origins: cors, trustsProxy, warn, monotonic }) : null;
  return {
    listener: [
      createPipeliningGuard(inFlight),
      createHostGuard(hosts, healthPaths),
      createOverloadGuard(concurrency, { exemptPaths: healthPaths, cors }),
    ],
    app: [jsonBodyGuard],
    graphql: [
      countArrival,
      createSchedulingGuard(queue, now),
      createAuthenticationGuard(authenticator, { hasPage: true }),
      createKnownConnectionGuard(unauthenticated),
      createCallerGuard(operations),
      countInFlight,
      createDocumentGuard(operations, { handlerRefuses: ({ headers }) => needsEventStream(headers.accept, () => false) }),
    ],
    // A stream is not counted as in flight: it lasts for hours and costs next to nothing between two events.
    eventStream: [
      createAuthenticationGuard(authenticator, { hasPage: false }),
      createKnownConnectionGuard(unauthenticated),
      createCallerGuard(operations),
      createDocumentGuard(operations, { handlerRefuses: () => true }),
    ],
    shared: {
      operations,
      concurrency,
      inFlight,
      endOperation,
      hosts,
      unauthenticated,
      connections: new ConnectionLimit(limits.sockets),
      callerConnections: new ConnectionLimit(limits.socketsPerCaller),
    },
  };
}
