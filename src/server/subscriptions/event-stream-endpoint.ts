import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, GraphQLError } from 'graphql';

import { isJsonObject } from '../../model/scalars.js';
import { getSession } from '../guards/authentication-guard.js';
import { getOperation } from '../guards/operation-guards.js';
import { PersistedQueryError } from '../guards/trusted-documents.js';
import { type Refusal, sendRefusal } from '../http-error-responses.js';
import { Delivery } from './delivery.js';
import { EventAnswer } from './event-answer.js';
import { StaggeredTimer } from './staggered-timer.js';
import { SendQueue } from './send-queue.js';
import { Subscriber } from './subscriber.js';
import { openSerializedSubscription, prepareSubscription, type SubscriptionRequest } from './subscription-execution.js';
import { acquireConnection, stoppingMessage, type SubscriptionOptions, type SubscriptionTransport } from './subscription-options.js';

/**
 * The event streams of all clients: one request, one subscription, one stream (the "distinct connections mode" of graphql-sse). Not the
 * handler of that package: it buffers events, without bound, for a client that does not read.
 */
export class EventStreamEndpoint {
  readonly #options: SubscriptionOptions;
  readonly #open = new Map<EventStreamConnection, Subscriber>();
  readonly #watch: NodeJS.Timeout;
  readonly #comments: StaggeredTimer<EventStreamConnection>;
  #isClosing = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    const { pingMs, commentMs } = options.transport.timing;
    this.#watch = setInterval(() => this.#endExpiredStreams(), pingMs).unref();
    this.#comments = new StaggeredTimer(commentMs, (stream) => stream.comment());
  }

  /** A mistake in the request is an HTTP error; a mistake in the subscription is an event, as clients of the protocol expect. */
  async handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      const subscription = readEventStreamRequest(request);
      const session = getSession(request);
      const release = this.#acquireConnection(session.limitKey);
      reply.hijack();
      const stream = new EventStreamConnection(request.raw, reply.raw, this.#options.transport);
      const subscriber = new Subscriber(session, this.#options.execution.createContext);
      this.#open.set(stream, subscriber);
      this.#comments.add(stream);
      void stream.closed.then(() => {
        release();
        this.#open.delete(stream);
        this.#comments.delete(stream);
      });
      stream.open(reply.getHeaders());
      await this.#run(stream, subscriber, subscription);
      return reply;
    } catch (error) {
      if (error instanceof StreamRefusedError) return sendRefusal(reply, error.refusal);
      throw error;
    }
  }

  /** Ends every stream, without `complete`: their clients connect again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#watch);
    this.#comments.stop();
    await Promise.all(Array.from(this.#open.keys(), (stream) => stream.end()));
  }

  #acquireConnection(limitKey: string): () => void {
    if (this.#isClosing) throw new StreamRefusedError(stopping);
    const release = acquireConnection(this.#options.admission, limitKey);
    if (typeof release !== 'function') throw new StreamRefusedError(release);
    return release;
  }

  /** Ends the streams of callers whose credential has ended; a client that connects again presents a new one. */
  #endExpiredStreams(): void {
    for (const [stream, { session }] of this.#open) if (session.hasEnded) void stream.end();
  }

  async #run(stream: EventStreamConnection, subscriber: Subscriber, subscription: EventStreamRequest): Promise<void> {
    const formatter = this.#options.execution.selectFormatter(subscriber.session);
    try {
      const opened = await this.#openAnswers(subscriber, subscription);
      if (opened instanceof Delivery) {
        void stream.closed.then(() => opened.stop());
        await opened.run((answer) => (stream.isClosed ? 'closed' : stream.next(answer)));
      } else await stream.next(new EventAnswer(formatter.result(opened)));
    } catch (error) {
      await stream.next(new EventAnswer({ errors: formatter.errors([error]) }));
    }
    if (stream.isClosed) return;
    await stream.complete();
    await stream.end();
  }

  async #openAnswers(subscriber: Subscriber, subscription: EventStreamRequest): Promise<Delivery<EventAnswer> | ExecutionResult> {
    const { execution } = this.#options;
    if (subscription.lacksText) return persistedQueryNotFound;
    const prepared = prepareSubscription(subscription, subscriber, execution);
    if (prepared.kind === 'refused') return { errors: prepared.errors };
    return openSerializedSubscription(prepared.args, execution);
  }
}

/** Thrown when an event stream is refused before it is opened; `refusal` is what the client is answered. */
class StreamRefusedError extends Error {
  override readonly name = 'StreamRefusedError';
  readonly code = 'STREAM_REFUSED';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

const stopping: Refusal = { code: 'OVERLOADED', message: stoppingMessage, retryAfterMs: 5_000 };

interface EventStreamRequest extends SubscriptionRequest {
  /** Whether there is an id that is not known, and no text. */
  readonly lacksText: boolean;
}

const notFound = new PersistedQueryError({ hasManifest: true });

/**
 * Also without a manifest: urql takes the end of the stream for a second answer, and then reports PersistedQueryNotSupported to its user
 * instead of sending the text.
 */
const persistedQueryNotFound: ExecutionResult = { errors: [new GraphQLError(notFound.message, { originalError: notFound })] };

/**
 * The subscription that an HTTP request asks for.
 *
 * @throws StreamRefusedError that says what is missing.
 */
function readEventStreamRequest(request: FastifyRequest): EventStreamRequest {
  const { method, headers } = request;
  if (!acceptsEventStream(headers.accept)) throw new StreamRefusedError(notAcceptable);
  if (method === 'GET' && !preflightHeaders.some((name) => (headers[name] ?? '') !== ''))
    throw badRequest(`A GET needs one of the headers ${preflightHeaders.join(', ')}, so that no foreign page can send it.`);
  const operation = getOperation(request);
  if (operation === null) throw badRequest('The body of the request must be a JSON object, sent as application/json.');
  const { query, document, parameters, lacksText, onExecuted } = operation;
  if (query === '' && !lacksText) throw badRequest('query must be the text of a subscription.');
  const { operationName } = parameters;
  if (operationName != null && typeof operationName !== 'string') throw badRequest('operationName must be a string.');
  const variables = method === 'GET' ? parseVariables(parameters['variables']) : parameters['variables'];
  if (variables != null && !isJsonObject(variables)) throw badRequest('variables must be an object.');
  return { query, operationName, variables, document, lacksText, onExecuted };
}

function acceptsEventStream(accept = '*/*'): boolean {
  return accept
    .split(',')
    .some((range) => ['text/event-stream', 'text/*', '*/*'].includes((range.split(';')[0] ?? '').trim().toLowerCase()));
}

const notAcceptable: Refusal = { status: 406, code: 'BAD_USER_INPUT', message: 'Accept must allow text/event-stream.' };

/** The headers that Apollo Server demands on /graphql: a page of another origin can only send them when a preflight allows it. */
const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

function badRequest(message: string): StreamRefusedError {
  return new StreamRefusedError({ code: 'BAD_USER_INPUT', message });
}

function parseVariables(text: unknown): unknown {
  if (text === undefined || text === '') return null;
  if (typeof text !== 'string') throw badRequest('variables may be given only once.');
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('variables must be JSON.');
  }
}

/** One response as a stream of server-sent events, in the format of the protocol of graphql-sse. */
class EventStreamConnection {
  /** Resolves when the connection is closed, by either side. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #sendQueue: SendQueue<string | EventAnswer>;
  readonly #closeMs: number;

  constructor(request: IncomingMessage, response: ServerResponse, { inFlight, timing, log }: SubscriptionTransport) {
    this.#response = response;
    this.#closeMs = timing.closeMs;
    this.#sendQueue = new SendQueue(
      {
        write: (message, done) => {
          if (typeof message === 'string') response.write(message, () => done());
          else writeAnswer(response, message, done);
        },
        buffered: () => response.writableLength,
        disconnect: () => {
          log.warn('an event stream whose client reads too slowly was closed');
          response.destroy();
        },
      },
      timing,
    );
    this.closed = new Promise((resolve) => {
      const close = (): void => {
        this.#sendQueue.stop();
        resolve();
      };
      inFlight.onceFinished(request, response, close);
    });
    response.on('error', () => response.destroy());
  }

  /** Whether the client can no longer get anything. */
  get isClosed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  /** Sends the headers and a comment: some browsers report a stream as open only when its first bytes have come. */
  open(headers: Readonly<Record<string, string | string[] | number | undefined>>): void {
    this.#response.writeHead(200, {
      ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Keeps nginx from buffering the events.
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    this.comment();
  }

  /** What to await until the event has left the process. */
  next(answer: EventAnswer): Promise<void> | null {
    return this.#sendQueue.send(answer);
  }

  complete(): Promise<void> | null {
    return this.#sendQueue.send('event: complete\ndata:\n\n');
  }

  /** Ends the connection; a client that reads nothing is disconnected. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#response.destroy(), this.#closeMs);
    this.#response.end();
    await this.closed;
    clearTimeout(timer);
  }

  /** Shows proxies that the stream is alive. */
  comment(): void {
    // Otherwise the messages that wait keep the connection busy.
    if (this.#sendQueue.isIdle) void this.#sendQueue.send(':\n\n');
  }
}

/**
 * Writes the chunk of an event past the response, which would make it of four parts for each client anew. That is safe where the response
 * has its connection to itself: it writes its own chunks as a whole. A client of HTTP/1.0 gets no chunks.
 */
function writeAnswer(response: ServerResponse, answer: EventAnswer, done: () => void): void {
  if (response.chunkedEncoding && response.socket !== null) response.socket.write(answer.eventChunk, done);
  else response.write(answer.event, done);
}
