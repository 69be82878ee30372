import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';

import { type ErrorCode, TributaryError } from '../../task/error/tributary-error.js';
import { refusal } from '../refusal.js';
import { sessionOf } from '../authentication/require-session.js';
import { presentedIn } from '../authentication/presented.js';
import { callerKey } from '../limits/caller-key.js';
import { EventStream } from './event-stream.js';
import type { LiveOptions } from './live-options.js';
import type { Occupancy } from './occupancy.js';
import { openEvents } from './open-events.js';
import { prepareSubscription, type SubscriptionRequest } from './prepare-subscription.js';
import { readStreamRequest } from './read-stream-request.js';
import { Viewer } from './viewer.js';

/**
 * The event streams of all clients: one request, one subscription, one stream (the "distinct connections mode" of graphql-sse).
 * That package's own handler pulls events ahead of a client that does not read, without bound; this one does not.
 */
export class EventStreams {
  readonly #options: LiveOptions;
  readonly #occupancy: Occupancy;
  readonly #open = new Map<EventStream, Viewer>();
  readonly #watch: NodeJS.Timeout;
  #isClosing = false;

  constructor(options: LiveOptions, occupancy: Occupancy) {
    this.#options = options;
    this.#occupancy = occupancy;
    this.#watch = setInterval(() => this.#endThoseThatAreOver(), options.timing.pingMs).unref();
  }

  /** What is wrong with the request is an HTTP error; what is wrong with the subscription is an event, as clients of the protocol expect. */
  async handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (!acceptsEvents(request.headers.accept)) return refuse(reply, 406, 'Accept must allow text/event-stream.', 'BAD_USER_INPUT');
    let wanted: SubscriptionRequest;
    try {
      wanted = readStreamRequest(request);
    } catch (error) {
      if (error instanceof TributaryError) return refuse(reply, 400, error.message, error.code);
      throw error;
    }
    if (this.#isClosing) return refuse(reply, 503, 'The gateway stops.', 'OVERLOADED');
    const { guards, entrance, context } = this.#options;
    const session = sessionOf(request);
    const excess = guards.shape.excess(wanted.query, wanted.operationName);
    if (excess !== null) return refuse(reply, 400, excess, 'LIMIT_EXCEEDED');
    const leaveAll = this.#occupancy.enter();
    if (leaveAll === null) return refuse(reply, 503, 'limits.sockets are open already.', 'OVERLOADED');
    const leaveOwn = guards.callersSockets.enter(callerKey(session, entrance.addressOf(presentedIn(request.raw))));
    if (leaveOwn === null) {
      leaveAll();
      return refuse(reply, 429, 'This caller has as many connections as limits.socketsPerCaller allows.', 'RATE_LIMITED');
    }
    const leave = (): void => {
      leaveAll();
      leaveOwn();
    };
    reply.hijack();
    const stream = new EventStream(request.raw, reply.raw, this.#options);
    const viewer = new Viewer(session, context);
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
  #endThoseThatAreOver(): void {
    for (const [stream, { session }] of this.#open) if (session.isOver) void stream.end();
  }

  async #run(stream: EventStream, viewer: Viewer, wanted: SubscriptionRequest): Promise<void> {
    const formatter = this.#options.formatterOf(viewer.session);
    try {
      for await (const result of this.#results(stream, viewer, wanted)) {
        if (stream.isOver) return;
        await stream.next(formatter.result(result));
      }
    } catch (error) {
      await stream.next({ errors: formatter.errors([error]) });
    }
    if (stream.isOver) return;
    await stream.complete();
    await stream.end();
  }

  async *#results(stream: EventStream, viewer: Viewer, wanted: SubscriptionRequest): AsyncGenerator<ExecutionResult> {
    const prepared = prepareSubscription(wanted, viewer, this.#options);
    if (prepared.phase === 'refused') return yield { errors: prepared.errors };
    const opened = await openEvents(prepared.args, this.#options);
    if (!(Symbol.asyncIterator in opened)) return yield opened;
    void stream.closed.then(() => opened.return());
    yield* opened;
  }
}

function acceptsEvents(accept = '*/*'): boolean {
  return accept
    .split(',')
    .some((range) => ['text/event-stream', 'text/*', '*/*'].includes((range.split(';')[0] ?? '').trim().toLowerCase()));
}

/** Milliseconds after which a connection may have become free. */
const retryAfterMs = 5_000;

function refuse(reply: FastifyReply, status: 400 | 406 | 429 | 503, message: string, code: ErrorCode): FastifyReply {
  if (status < 429) return reply.code(status).send(refusal(message, code));
  return reply
    .code(status)
    .header('retry-after', retryAfterMs / 1_000)
    .send(refusal(message, code, retryAfterMs));
}
