import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { sendRefusal } from '../http-error-responses.js';
import { type ConcurrencyLimit, type OperationSlot, OverloadedError } from './concurrency-limit.js';
import type { ListenerGuard, RouteGuard } from './guard.js';

/** Requests of one connection that wait for their responses. Clients that use pipelining send a few. */
const maxPipelinedRequests = 64;

/** Callbacks for the end of each request of one connection, by its response. */
type FinishCallbacks = Map<ServerResponse, (() => void)[]>;

/**
 * Tracks when requests end. A response emits `close` by itself, except when its connection is closed while it waits for the
 * responses before it (pipelining); so the end of the connection counts as the end of all of its requests.
 */
export class InFlightRequests {
  readonly #byConnection = new WeakMap<Socket, FinishCallbacks>();

  /** To be called for every request, first. False: too many requests are pipelined on this connection, which was closed. */
  add(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.countOnConnection(request) >= maxPipelinedRequests) request.socket.destroy();
    if (request.socket.destroyed) return false;
    this.onceFinished(request, response, () => undefined);
    return true;
  }

  /** Calls `callback` once: when the response is closed, or its connection. */
  onceFinished({ socket }: IncomingMessage, response: ServerResponse, callback: () => void): void {
    // The client may have disconnected before its request is read.
    if (socket.destroyed || response.closed) return callback();
    const byResponse = this.#callbacksOf(socket);
    const callbacks = byResponse.get(response);
    if (callbacks !== undefined) return void callbacks.push(callback);
    byResponse.set(response, [callback]);
    response.once('close', () => finish(byResponse, response));
  }

  /** How many requests of the connection of this one are in flight. */
  countOnConnection({ socket }: Pick<IncomingMessage, 'socket'>): number {
    return this.#byConnection.get(socket)?.size ?? 0;
  }

  #callbacksOf(socket: Socket): FinishCallbacks {
    const existing = this.#byConnection.get(socket);
    if (existing !== undefined) return existing;
    const byResponse: FinishCallbacks = new Map();
    this.#byConnection.set(socket, byResponse);
    socket.once('close', () => {
      for (const response of byResponse.keys()) finish(byResponse, response);
    });
    return byResponse;
  }
}

function finish(byResponse: FinishCallbacks, response: ServerResponse): void {
  const callbacks = byResponse.get(response) ?? [];
  byResponse.delete(response);
  for (const callback of callbacks) callback();
}

/** Closes connections with more pipelined requests than any client sends: each that waits for those before it takes memory. */
export function createPipeliningGuard(inFlight: InFlightRequests): ListenerGuard {
  return {
    name: 'pipelining',
    refuses: ['closes the connection'],
    wrap: (listener) => (request, response) => {
      if (inFlight.add(request, response)) listener(request, response);
    },
  };
}

interface OperationCounters {
  /** Counts an operation from when it arrives. */
  readonly countArrival: RouteGuard;
  /** Counts it from when its caller is admitted. */
  readonly countInFlight: RouteGuard;
  /** Counts it no longer, before its response has ended. */
  readonly endOperation: (request: IncomingMessage) => void;
}

export function createOperationCounters(concurrency: ConcurrencyLimit, inFlight: InFlightRequests): OperationCounters {
  const slots = new WeakMap<IncomingMessage, OperationSlot>();
  return {
    endOperation: (request) => slots.get(request)?.release(),
    countArrival: {
      name: 'arrival counter',
      stage: 'onRequest',
      refuses: [],
      check({ raw }, reply) {
        const slot = concurrency.acquire();
        slots.set(raw, slot);
        // When its response is sent, or its client has disconnected.
        inFlight.onceFinished(raw, reply.raw, () => slot.release());
        return 'passed';
      },
    },
    countInFlight: {
      name: 'in-flight counter',
      stage: 'onRequest',
      refuses: ['503 OVERLOADED'],
      check({ raw }, reply) {
        // A client that has disconnected has no place any more, and no use for an answer.
        if (slots.get(raw)?.admit() === true) return 'passed';
        void sendRefusal(reply, new OverloadedError(concurrency.retryAfterMs));
        return 'ended';
      },
    },
  };
}
