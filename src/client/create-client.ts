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
   * The WebSocket class to use, such as that of the package `ws`, because Node 20 has none. The default is the global one. With null, or
   * without a global one, subscriptions are event streams.
   */
  readonly webSocketImpl?: unknown;
  /** Called with the reason whenever the connection of a subscription cannot be opened, or is lost. The client reconnects by itself. */
  readonly onLost?: (error: ClientError) => void;
  /**
   * How long to wait before the next attempt to connect, in milliseconds, after this number of failures in a row, which starts at 0. The
   * default is a random time that grows with every failure, up to 30 s.
   */
  readonly retryDelayMs?: (failures: number) => number;
}

export interface RequestOptions {
  /** Aborts the operation, which then throws an AbortedError. */
  readonly signal?: AbortSignal;
}

export interface SubscribeOptions extends RequestOptions {
  /**
   * Called whenever the subscription is opened on a connection: once in the beginning, and again when it has recovered from each loss of
   * the connection. Events in between are lost, so read again what you show. It may return a promise. When it fails with an
   * UnreachableError or a temporary RefusedError, the subscription is opened anew and calls it again; any other error ends the
   * subscription, and is thrown to its reader.
   */
  readonly onOpened?: () => unknown;
}

export interface WaitOptions extends RequestOptions {
  /** Called with the task as it is, and again with each change, until it is finished. When it fails, `waitForTask` rejects with its error. */
  readonly onProgress?: (task: TaskRow) => unknown;
  /** How often the task is read even though no event arrives, in milliseconds. The default is 60,000. */
  readonly recheckMs?: number;
}

/** A client of one gateway. Everything that it throws is a ClientError, whose class says what happened and what to do. */
export interface TributaryClient {
  /**
   * Sends a query once. A partial answer has `errors`; a ClientError is thrown when there is no answer at all.
   *
   * @example
   * const { data, errors } = await client.query('{ tasks(first: 10) { nodes { id name status } } }');
   */
  query<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    operation: Operation<Data, Variables>,
    ...[variables, options]: VariablesArgument<Variables, RequestOptions>
  ): Promise<Answer<Data>>;
  /**
   * Sends a mutation once, and never again by itself. After an UnreachableError or an AbortedError the outcome is unknown: send it again
   * with the same `idempotencyKey`, or read the task.
   *
   * @example
   * await client.mutate('mutation ($input: RetryTaskInput!) { retryTask(input: $input) { outcome errors { message } } }', {
   *   input: { id, idempotencyKey: crypto.randomUUID() },
   * });
   */
  mutate<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    operation: Operation<Data, Variables>,
    ...[variables, options]: VariablesArgument<Variables, RequestOptions>
  ): Promise<Answer<Data>>;
  /**
   * Subscribes over a WebSocket, or with an event stream where no WebSocket can be opened, and reconnects whenever the connection is
   * lost. Leave the loop to unsubscribe.
   *
   * @example
   * for await (const { data } of client.subscribe('subscription { tasksChanged { kind task { id status } } }')) console.log(data);
   */
  subscribe<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    operation: Operation<Data, Variables>,
    ...[variables, options]: VariablesArgument<Variables, SubscribeOptions>
  ): AsyncIterableIterator<Answer<Data>, undefined>;
  /**
   * Resolves with the task when it is finished, successfully or not. It survives lost connections, restarts of the gateway, and planes
   * that do not answer. Throws a TaskNotFoundError, a TaskGoneError, an UnauthenticatedError, an AbortedError, or a RefusedError.
   *
   * @example
   * const task = await client.waitForTask(id, { onProgress: ({ progress }) => console.log(progress?.percent) });
   * if (!task.isSuccessful) console.error(task.rootCause?.message);
   */
  waitForTask(id: string, options?: WaitOptions): Promise<TaskRow>;
  /** Aborts all operations, which throw an AbortedError, and closes every connection. */
  close(): void;
}

/**
 * Creates a client of one gateway. It connects when the first operation is sent.
 *
 * @example
 * const client = createClient({ url: 'https://tributary.example/graphql', token: () => readToken() });
 * const { data } = await client.query('{ tasks { totalCount } }');
 * client.close();
 */
export function createClient({ webSocketImpl, onLost = ignore, retryDelayMs = retryDelay, ...options }: ClientOptions): TributaryClient {
  const endpoint = resolveEndpoint(options);
  const socket = webSocketImpl === undefined && 'WebSocket' in globalThis ? globalThis.WebSocket : webSocketImpl;
  const transports = [...(socket == null ? [] : [createWebSocketTransport(endpoint, socket)]), createEventStreamTransport(endpoint)];
  const context: ClientContext = { endpoint, transport: new FallbackTransport(transports), retryDelayMs, onLost };
  const closing = new AbortController();

  const request: TributaryClient['query'] = async (operation, ...[variables, { signal } = {}]) => {
    const controller = linkedController(signal, closing.signal);
    try {
      const serialized = serializeOperation(operation, variables as object | undefined);
      return (await postOperation(serialized, endpoint, controller.signal)) as Answer<never>;
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
      const serialized = serializeOperation(operation, variables as object | undefined);
      keepSubscribed(serialized, { onOpened, next }, context, controller.signal)
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
        return await waitForTask({ id, onProgress, recheckMs, signal: controller.signal }, context);
      } finally {
        controller.unlink();
      }
    },
    close: () => closing.abort('The client was closed.'),
  };
}

function ignore(): void {
  // No listener was given.
}
