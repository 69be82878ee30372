import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';

import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { type ApiOptions, createHttpServer, type ServerEnvironment } from '../../../src/server/http-server.js';
import type { AdmissionOptions } from '../../../src/server/guards/guard-lists.js';
import { subscriptionTiming, type SubscriptionTiming } from '../../../src/server/timeouts.js';
import type { ServerLimits } from '../../../src/server/server-limits.js';
import { BadUserInputError } from '../../../src/model/errors.js';
import type { OperationContext } from '../../../src/gateway/operation-context.js';
import { Gateway } from '../../../src/gateway/gateway.js';
import { timerScheduler } from '../../../src/lib/scheduler.js';
import { Feed } from './feed.js';
import { idleProbes } from '../../support/doubles/idle-probes.js';
import { anyNumberOfActions, noLimits } from '../../support/doubles/no-limits.js';
import { openAuthenticator } from '../../support/doubles/open-authenticator.js';
import { noLog } from '../../support/doubles/no-log.js';

/** A listening server with a small schema, whose subscriptions tell what the test pushes into the feed. */
export interface LiveServer {
  readonly app: FastifyInstance;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly feed: Feed;
  /** How often an event was executed, and an answer to one was serialised. */
  readonly counts: Readonly<Counts>;
  /** Warnings and errors. */
  readonly log: readonly string[];
  /** Resolves with the first line of the log. */
  readonly logged: Promise<string>;
}

interface Counts {
  executions: number;
  serialisations: number;
}

export type LiveServerOptions = Partial<
  Pick<ApiOptions, 'explorerFolder'> &
    Omit<AdmissionOptions, 'limits'> &
    Pick<ServerEnvironment, 'eventAnswers' | 'httpTiming' | 'monotonic' | 'overload' | 'probes'>
> & {
  readonly limits?: Partial<ServerLimits>;
  readonly timing?: Partial<SubscriptionTiming>;
};

export async function startLiveServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const feed = new Feed();
  const counts: Counts = { executions: 0, serialisations: 0 };
  const log: string[] = [];
  const lines = new EventEmitter();
  const logged = once(lines, 'line').then(([line]) => String(line));
  lines.on('line', (line: string) => log.push(line));
  const gateway = new Gateway({
    limits: anyNumberOfActions,
    sources: [],
    store: new MemoryStore(Date.now),
    reads: { maxAgeMs: 0, maxAgeFloorMs: 0, waitMs: 500 },
    clock: { now: Date.now, scheduler: timerScheduler, random: Math.random },
    log: { ...noLog, internalError: (error) => lines.emit('line', String(error)) },
  });
  const { explorerFolder = null, authenticator = openAuthenticator(), cors = [], limits = {}, timing = {}, ...others } = options;
  const { trustedDocuments = null, onlyLocalHosts = false, ...environment } = others;
  const app = await createHttpServer({
    gateway,
    api: { schema: buildTestSchema(feed, counts), introspection: true, explorerFolder },
    admission: { authenticator, cors, limits: { ...noLimits, bodyKb: 100, tokens: 1_000, ...limits }, onlyLocalHosts, trustedDocuments },
    environment: { probes: idleProbes, ...environment, subscriptionTiming: { ...subscriptionTiming, ...timing } },
    logger: pino({ level: 'warn' }, { write: (line: string) => void lines.emit('line', line) }),
  });
  app.addHook('onClose', () => gateway.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, host: `127.0.0.1:${(app.server.address() as AddressInfo).port}`, feed, counts, log, logged };
}

/** What the feed is pushed to: an event is a text, or an error that the source throws. */
function buildTestSchema(feed: Feed, counts: Counts): GraphQLSchema {
  const schema = buildSchema(`
    type Query { hello: String }
    type Mutation { act: String }
    type Subscription {
      messages(times: Int = 1): Said!
      refusing: Said!
      breaking: Said!
    }
    type Said {
      text: String!
      broken: String
      "Of the context, unlike for each event."
      context: Int!
      mayReadSecrets: Boolean!
      "Where it is selected, serialisations are counted."
      counted: Counted!
    }
    scalar Counted
  `);
  const counted = {
    toJSON: () => {
      counts.serialisations += 1;
      return 'counted';
    },
  };
  const contexts: unknown[] = [];
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  if (fields['messages']) {
    fields['messages'].subscribe = () => feed.subscribe();
    fields['messages'].resolve = (text, { times }, context: OperationContext) => {
      counts.executions += 1;
      if (!contexts.includes(context)) contexts.push(context);
      return {
        text: String(text).repeat(Number(times)),
        context: contexts.indexOf(context),
        mayReadSecrets: context.caller.may('read', 'secrets'),
        counted,
        broken: () => {
          throw new Error('canary-inside');
        },
      };
    };
  }
  if (fields['refusing'])
    fields['refusing'].subscribe = () => {
      throw new BadUserInputError('Nobody says that.');
    };
  if (fields['breaking'])
    fields['breaking'].subscribe = async function* () {
      yield* [];
      throw new Error('canary-inside');
    };
  return schema;
}
