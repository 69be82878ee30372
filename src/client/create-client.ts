import { linkedController } from './abort-signals.js';
import type { Answer } from './answer.js';
import { AbortedError, type ClientError } from './client-errors.js';
import { type EndpointOptions, resolveEndpoint } from './endpoint.js';
import { createEventStreamTransport } from './event-stream-transport.js';
import { postOperation } from './http.js';
import { type Operation, serializeOperation, type VariablesArgument } from './operation.js';
import { EventQueue, keepSubscribed, retryDelay } from './subscription.js';
import type { TaskRow } from './task-row.js';
import { type ClientContext, FallbackTransport } from './transport.js';
import { waitForTask } from './wait-for-task.js';
import { createWebSocketTransport } from './web-socket-transport.js';

export interface ClientOptions extends EndpointOptions {
  /**
   * The WebSocket to use, such as that of the package `ws`: Node 20 has none of its own. The global one where it is not given;
   * null, or where there is none, subscriptions are event streams from the start.
   */
  readonly webSocketImpl?: unknown;
  /** Hears why a connection of a subscription could not be opened, or ended. It is tried again by itself. */
  readonly onLost?: (error: ClientError) => void;
  /** Milliseconds to wait before the next try after so many failures in a row, from 0. At random up to 30 s where it is not given. */
  readonly retryDelayMs?: (failures: number) => number;
}

export interface RequestOptions {
  /** Aborts it at once. */
  readonly signal?: AbortSignal;
}

export interface SubscribeOptions extends RequestOptions {
  /**
   * Called whenever the subscription is being asked for over an open connection: once in the beginning, and again after each loss.
   * What happened in between is not told: read again what you show.
   */
  readonly onOpened?: () => void;
}

export interface WaitOptions extends RequestOptions {
  /** Called with the task as it is, and again with each change, until it is finished. */
  readonly onProgress?: (task: TaskRow) => void;
  /** Milliseconds after which the task is read even though nothing was heard of it; 60,000 where it is not given. */
  readonly recheckMs?: number;
}

/** Everything it throws is a ClientError, of a class that says what happened. */
export interface TributaryClient {
  /** Asks once. What is missing in the answer is named in its `errors`; it throws when there is no answer at all. */
  query<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    operation: Operation<Data, Variables>,
    ...[variables, options]: VariablesArgument<Variables, RequestOptions>
  ): Promise<Answer<Data>>;
  /**
   * Acts, once: it is never sent again by itself. After an UnreachableError or an AbortedError nothing is known of what became of it:
   * send it with the same `idempotencyKey`, or look at the task.
   */
  mutate<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    operation: Operation<Data, Variables>,
    ...[variables, options]: VariablesArgument<Variables, RequestOptions>
  ): Promise<Answer<Data>>;
  /** Events as they come, over a WebSocket, or as an event stream where none can be opened. To leave, leave the loop. */
  subscribe<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    operation: Operation<Data, Variables>,
    ...[variables, options]: VariablesArgument<Variables, SubscribeOptions>
  ): AsyncIterableIterator<Answer<Data>, undefined>;
  /**
   * The task when it is finished, well or not. It outlives lost connections and restarts of the gateway, and waits for planes that
   * do not answer. Throws a TaskNotFoundError, a TaskGoneError, an UnauthenticatedError, an AbortedError, or a RefusedError.
   */
  waitForTask(id: string, options?: WaitOptions): Promise<TaskRow>;
  /** Ends all that is under way, with an AbortedError, and every connection. */
  close(): void;
}

/** A client of one gateway. It connects to nothing before it is asked to. */
export function createClient({ webSocketImpl, onLost = ignore, retryDelayMs = retryDelay, ...options }: ClientOptions): TributaryClient {
  const origin = resolveEndpoint(options);
  const socket = webSocketImpl === undefined && 'WebSocket' in globalThis ? globalThis.WebSocket : webSocketImpl;
  const transports = [...(socket == null ? [] : [createWebSocketTransport(origin, socket)]), createEventStreamTransport(origin)];
  const line: ClientContext = { endpoint: origin, transport: new FallbackTransport(transports), retryDelayMs, onLost };
  const closing = new AbortController();

  const request: TributaryClient['query'] = async (operation, ...[variables, { signal } = {}]) => {
    const controller = linkedController(signal, closing.signal);
    try {
      const sent = serializeOperation(operation, variables as object | undefined);
      return (await postOperation(sent, origin, controller.signal)) as Answer<never>;
    } catch (error) {
      throw controller.signal.aborted ? new AbortedError(controller.signal.reason) : error;
    } finally {
      controller.unlink();
    }
  };

  return {
    query: request,
    mutate: request,
    subscribe(operation, ...[variables, { signal, onOpened = ignore } = {}]) {
      const controller = linkedController(signal, closing.signal);
      const queue = new EventQueue<Answer<never>>(() => controller.abort());
      const next = ({ data, errors = [] }: { readonly data?: unknown; readonly errors?: Answer<never>['errors'] }): void =>
        queue.push({ data: (data ?? null) as never, errors });
      const sent = serializeOperation(operation, variables as object | undefined);
      keepSubscribed(sent, { opened: onOpened, next }, line, controller.signal)
        .then(
          () => queue.finish(),
          (error: unknown) => queue.finish({ error }),
        )
        .finally(() => controller.unlink());
      return queue;
    },
    async waitForTask(id, { signal, onProgress = ignore, recheckMs = 60_000 } = {}) {
      const controller = linkedController(signal, closing.signal);
      try {
        return await waitForTask({ id, onProgress, recheckMs, signal: controller.signal }, line);
      } finally {
        controller.unlink();
      }
    },
    close: () => closing.abort('The client was closed.'),
  };
}

function ignore(): void {
  // Nobody wants to know.
}
