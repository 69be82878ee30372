import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';

import { BadUserInputError, type ErrorCode, TributaryError } from '../../model/errors.js';
import { readCredentials } from '../authentication/credentials.js';
import { getSession } from '../authentication/require-session.js';
import type { ConnectionLimit } from '../guards/connection-limits.js';
import { callerKey } from '../guards/operation-rate.js';
import { errorResponse } from '../http-error-responses.js';
import { SendQueue } from './send-queue.js';
import { Subscriber } from './subscriber.js';
import { openSubscription, prepareSubscription, type SubscriptionRequest } from './subscription-execution.js';
import type { SubscriptionServerOptions } from './subscription-options.js';

/**
 * The event streams of all clients: one request, one subscription, one stream (the "distinct connections mode" of graphql-sse).
 * That package's own handler pulls events ahead of a client that does not read, without bound; this one does not.
 */
export class EventStreamEndpoint {
  readonly #options: SubscriptionServerOptions;
  readonly #connections: ConnectionLimit;
  readonly #open = new Map<EventStreamConnection, Subscriber>();
  readonly #watch: NodeJS.Timeout;
  #isClosing = false;

  constructor(options: SubscriptionServerOptions, connections: ConnectionLimit) {
    this.#options = options;
    this.#connections = connections;
    this.#watch = setInterval(() => this.#endExpiredStreams(), options.timing.pingMs).unref();
  }

  /** What is wrong with the request is an HTTP error; what is wrong with the subscription is an event, as clients of the protocol expect. */
  async handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (!acceptsEventStream(request.headers.accept))
      return refuseStream(reply, 406, 'Accept must allow text/event-stream.', 'BAD_USER_INPUT');
    let wanted: SubscriptionRequest;
    try {
      wanted = readEventStreamRequest(request);
    } catch (error) {
      if (error instanceof TributaryError) return refuseStream(reply, 400, error.message, error.code);
      throw error;
    }
    if (this.#isClosing) return refuseStream(reply, 503, 'The gateway stops.', 'OVERLOADED');
    const { guards, authenticator: entrance, context } = this.#options;
    const session = getSession(request);
    const excess = guards.documents.findExcess(wanted.query, wanted.operationName);
    if (excess !== null) return refuseStream(reply, 400, excess, 'LIMIT_EXCEEDED');
    const releaseConnection = this.#connections.acquire();
    if (releaseConnection === null) return refuseStream(reply, 503, 'limits.sockets are open already.', 'OVERLOADED');
    const releaseCallerConnection = guards.callerConnections.acquire(
      callerKey(session, entrance.clientAddress(readCredentials(request.raw))),
    );
    if (releaseCallerConnection === null) {
      releaseConnection();
      return refuseStream(reply, 429, 'This caller has as many connections as limits.socketsPerCaller allows.', 'RATE_LIMITED');
    }
    const leave = (): void => {
      releaseConnection();
      releaseCallerConnection();
    };
    reply.hijack();
    const stream = new EventStreamConnection(request.raw, reply.raw, this.#options);
    const viewer = new Subscriber(session, context);
    this.#open.set(stream, viewer);
    void stream.closed.then(() => {
      leave();
      this.#open.delete(stream);
    });
    stream.open(reply.getHeaders());
    await this.#run(stream, viewer, wanted);
    return reply;
  }

  /** Ends every stream, without `complete`: their clients connect again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#watch);
    await Promise.all(Array.from(this.#open.keys(), (stream) => stream.end()));
  }

  /** Of callers whose credential holds no longer; one that connects again shows what it has now. */
  #endExpiredStreams(): void {
    for (const [stream, { session }] of this.#open) if (session.hasEnded) void stream.end();
  }

  async #run(stream: EventStreamConnection, viewer: Subscriber, wanted: SubscriptionRequest): Promise<void> {
    const formatter = this.#options.selectFormatter(viewer.session);
    try {
      for await (const result of this.#results(stream, viewer, wanted)) {
        if (stream.isClosed) return;
        await stream.next(formatter.result(result));
      }
    } catch (error) {
      await stream.next({ errors: formatter.errors([error]) });
    }
    if (stream.isClosed) return;
    await stream.complete();
    await stream.end();
  }

  async *#results(stream: EventStreamConnection, viewer: Subscriber, wanted: SubscriptionRequest): AsyncGenerator<ExecutionResult> {
    const prepared = prepareSubscription(wanted, viewer, this.#options);
    if (prepared.phase === 'refused') return yield { errors: prepared.errors };
    const opened = await openSubscription(prepared.args, this.#options);
    if (!(Symbol.asyncIterator in opened)) return yield opened;
    void stream.closed.then(() => opened.return());
    yield* opened;
  }
}

function acceptsEventStream(accept = '*/*'): boolean {
  return accept
    .split(',')
    .some((range) => ['text/event-stream', 'text/*', '*/*'].includes((range.split(';')[0] ?? '').trim().toLowerCase()));
}

/** Milliseconds after which a connection may have become free. */
const freeConnectionRetryMs = 5_000;

function refuseStream(reply: FastifyReply, status: 400 | 406 | 429 | 503, message: string, code: ErrorCode): FastifyReply {
  if (status < 429) return reply.code(status).send(errorResponse(message, code));
  return reply
    .code(status)
    .header('retry-after', freeConnectionRetryMs / 1_000)
    .send(errorResponse(message, code, freeConnectionRetryMs));
}

/** One response as a stream of server-sent events, in the form that the protocol of graphql-sse gives them. */
export class EventStreamConnection {
  /** Resolves when the connection is closed, whoever closed it. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #sendQueue: SendQueue;
  readonly #closeMs: number;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { guards, timing, log }: Pick<SubscriptionServerOptions, 'guards' | 'timing' | 'log'>,
  ) {
    this.#response = response;
    this.#closeMs = timing.closeMs;
    this.#sendQueue = new SendQueue(
      {
        write: (message, done) => void response.write(message, () => done()),
        buffered: () => response.writableLength,
        cut: () => {
          log.warn('an event stream whose client reads too slowly was closed');
          response.destroy();
        },
      },
      timing,
    );
    const comments = setInterval(() => this.#comment(), timing.commentMs);
    this.closed = new Promise((resolve) => {
      const close = (): void => {
        clearInterval(comments);
        this.#sendQueue.stop();
        resolve();
      };
      guards.inFlight.onceFinished(request, response, close);
    });
    response.on('error', () => response.destroy());
  }

  /** Nobody gets what is sent now. */
  get isClosed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  /** Some browsers take the connection for open only when something came. */
  open(headers: Readonly<Record<string, string | string[] | number | undefined>>): void {
    this.#response.writeHead(200, {
      ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Tells a proxy in front of us (nginx) not to collect the events.
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    this.#comment();
  }

  /** Resolves when the event has left the process. */
  next(result: object): Promise<void> {
    return this.#sendQueue.send(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }

  complete(): Promise<void> {
    return this.#sendQueue.send('event: complete\ndata:\n\n');
  }

  /** Ends the connection; a client that takes nothing is cut. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#response.destroy(), this.#closeMs);
    this.#response.end();
    await this.closed;
    clearTimeout(timer);
  }

  #comment(): void {
    // What waits already keeps the connection busy.
    if (this.#sendQueue.isIdle) void this.#sendQueue.send(':\n\n');
  }
}

/** The subscription that an HTTP request asks for. Throws a BadUserInputError that says what is missing. */
export function readEventStreamRequest({ method, query, body, headers }: FastifyRequest): SubscriptionRequest {
  if (method === 'GET' && !preflightHeaders.some((name) => (headers[name] ?? '') !== '')) {
    throw new BadUserInputError(`A GET needs one of the headers ${preflightHeaders.join(', ')}, so that no foreign page can send it.`);
  }
  const parameters = method === 'GET' ? query : body;
  if (!isRecord(parameters)) throw new BadUserInputError('The body of the request is a JSON object, sent as application/json.');
  const { query: document, operationName } = parameters;
  if (typeof document !== 'string' || document === '') throw new BadUserInputError('query is the text of a subscription.');
  if (operationName != null && typeof operationName !== 'string') throw new BadUserInputError('operationName is a string.');
  const variables = method === 'GET' ? parseVariables(parameters['variables']) : parameters['variables'];
  if (variables != null && !isRecord(variables)) throw new BadUserInputError('variables is an object.');
  return { query: document, operationName, variables };
}

/** Those that Apollo asks for on /graphql: a page may send them to another origin only after that allowed it. */
const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

function parseVariables(text: unknown): unknown {
  if (text === undefined || text === '') return null;
  if (typeof text !== 'string') throw new BadUserInputError('variables is given once.');
  try {
    return JSON.parse(text);
  } catch {
    throw new BadUserInputError('variables is not JSON.');
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
