import type { GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { request } from 'undici';

import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { type ApiOptions, createHttpServer, type ServerEnvironment, type TransferOptions } from '../../src/server/http-server.js';
import type { AdmissionOptions } from '../../src/server/guards/guard-lists.js';
import type { ServerLimits } from '../../src/server/server-limits.js';
import { Gateway } from '../../src/gateway/gateway.js';
import { timerScheduler } from '../../src/lib/scheduler.js';
import { idleProbes } from '../support/doubles/idle-probes.js';
import { anyNumberOfActions, noLimits } from '../support/doubles/no-limits.js';
import { openAuthenticator } from '../support/doubles/open-authenticator.js';
import type { Json } from '../support/post.js';

/** A response, whatever its body is. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The text as JSON; undefined where it is none. */
  readonly json: Json;
}

export interface RawRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type BareOptions = Partial<ApiOptions & Omit<AdmissionOptions, 'limits'> & ServerEnvironment> & {
  readonly limits?: Partial<ServerLimits>;
  readonly transfer?: TransferOptions;
};

/** The HTTP side alone: no source, any schema. */
export class BareGateway {
  readonly log: Json[];
  readonly #origin: string;
  readonly #close: () => Promise<void>;

  private constructor(origin: string, log: Json[], close: () => Promise<void>) {
    this.#origin = origin;
    this.log = log;
    this.#close = close;
  }

  static async start(schema: GraphQLSchema, options: BareOptions = {}): Promise<BareGateway> {
    const log: Json[] = [];
    const reads = { maxAgeMs: 1_000, maxAgeFloorMs: 0, waitMs: 500 };
    const gateway = new Gateway({
      limits: anyNumberOfActions,
      sources: [],
      store: new MemoryStore(Date.now),
      reads,
      clock: { now: Date.now, scheduler: timerScheduler, random: Math.random },
      log: {
        internalError: (error) => log.push(error),
        sourceChanged: (change) => log.push(change),
        actionFinished: (action) => log.push(action),
        refusalsCounted: (counted) => log.push(counted),
      },
    });
    const { introspection = true, explorerFolder = null, authenticator = openAuthenticator(), cors = [], limits = {}, ...others } = options;
    const { trustedDocuments = null, basePath = '', transfer, ...environment } = others;
    const app = await createHttpServer({
      gateway,
      api: { schema, introspection, explorerFolder, basePath },
      admission: {
        authenticator,
        cors,
        limits: { ...noLimits, bodyKb: 10, tokens: 1_000, mutationRootFields: 1, ...limits },
        trustedDocuments,
      },
      ...(transfer && { transfer }),
      // The fields of these schemas declare nothing of what they depend on.
      environment: { probes: idleProbes, keepAnswers: false, ...environment },
      logger: pino({ level: 'warn' }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    });
    return new BareGateway(await app.listen({ host: '127.0.0.1', port: 0 }), log, () => app.close());
  }

  async send({ method = 'POST', path = '/graphql', headers = {}, body }: RawRequest): Promise<RawResponse> {
    const response = await request(this.#origin + path, { method, headers, body: body ?? null });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, json: parsed(text) };
  }

  /** One operation as JSON. */
  post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<RawResponse> {
    return this.send({ headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return new URL(this.#origin).host;
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
