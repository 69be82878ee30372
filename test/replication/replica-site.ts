import { pino } from 'pino';
import { stringify } from 'yaml';

import { type RunningGateway, startGateway } from '../../src/cli/start-gateway.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import type { PlaneRequest } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { type Json, post } from '../support/post.js';
import { buildTestSchema } from '../support/test-schema.js';
import { waitUntil } from '../support/wait-until.js';
import { SocketClient } from '../server/subscriptions/socket-client.js';
import { PostgresServer } from '../store/postgres-server.js';

/** So often the plane is asked, in milliseconds. */
export const pollMs = 150;

/** A plane, a database, and as many gateways as a test wants. */
export class ReplicaSite {
  readonly plane: VcfSimulator;
  readonly database: PostgresServer;
  /** The database of the gateways that start from now on. */
  url = '';
  readonly #replicas: Replica[] = [];

  readonly #timeoutMs: number;

  private constructor(plane: VcfSimulator, database: PostgresServer, timeoutMs: number) {
    this.plane = plane;
    this.database = database;
    this.#timeoutMs = timeoutMs;
  }

  /** `timeoutMs`: of the plane. A claim of a process that was killed is abandoned after five times as long, and five seconds. */
  static async start(timeoutMs = 60_000): Promise<ReplicaSite> {
    const [plane, database] = await Promise.all([VcfSimulator.start({ seed: 1, name: 'vcf', now: Date.now }), PostgresServer.start()]);
    plane.clear();
    return new ReplicaSite(plane, database, timeoutMs);
  }

  /** A new, empty database for the gateways that start from now on. */
  async renew(): Promise<void> {
    this.url = await this.database.newDatabase();
    this.plane.server.calls.length = 0;
    this.plane.server.fault = null;
  }

  /** What a gateway is configured with, as YAML. */
  get configuration(): string {
    return stringify({
      server: { port: 0 },
      auth: { mode: 'none' },
      limits: { operationsPerSecond: 0, actionsPerMinute: 0 },
      // Who polls is to follow from who watches.
      store: { kind: 'postgres', url: this.url, record: 'watched' },
      reads: { maxAgeMs: 0 },
      sources: [
        {
          name: 'vcf',
          kind: 'vcf',
          url: this.plane.url,
          timeoutMs: this.#timeoutMs,
          poll: { activeMs: pollMs, idleMs: pollMs },
          ...this.plane.settings,
        },
      ],
    });
  }

  /** A gateway in this process. */
  async replica(): Promise<Replica> {
    const log: Json[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(JSON.parse(line)) });
    const file = { file: 'test.yaml', text: this.configuration, environment: {}, readFile: refuse, modules: sourceModules };
    const configuration = loadConfiguration(file);
    const gateway = await startGateway({
      configuration,
      modules: sourceModules,
      schema: buildTestSchema(sourceModules, configuration.federation),
      explorerFolder: 'dist/explorer',
      logger,
      now: Date.now,
    });
    const replica = new Replica(gateway, log);
    this.#replicas.push(replica);
    return replica;
  }

  /** What the gateways have told each other of tasks, as it is in their database. */
  async shared(): Promise<string> {
    return JSON.stringify(await this.database.query(this.url, 'select * from tributary_shared_task'));
  }

  /** The id of a new task. */
  task(status: string): string {
    return `vcf:${this.plane.addTask({ status })}`;
  }

  /** Calls that ask for tasks. */
  get reads(): readonly PlaneRequest[] {
    return this.plane.server.calls.filter(({ method, path }) => method === 'GET' && path.startsWith('/v1/tasks'));
  }

  /** Actions that reached the plane. */
  sent(id: string): readonly PlaneRequest[] {
    return this.plane.server.calls.filter(({ method, path }) => method !== 'GET' && path.endsWith(id.slice('vcf:'.length)));
  }

  async closeReplicas(): Promise<void> {
    await Promise.all(this.#replicas.splice(0).map((replica) => replica.close()));
  }

  async close(): Promise<void> {
    await this.closeReplicas();
    await this.plane.close();
    await this.database.stop();
  }
}

/** One of several gateways, and who watches it. */
export class Replica {
  readonly gateway: RunningGateway;
  readonly log: readonly Json[];
  readonly #sockets: SocketClient[] = [];
  #isClosed = false;

  constructor(gateway: RunningGateway, log: readonly Json[]) {
    this.gateway = gateway;
    this.log = log;
  }

  /** What it did for the plane last, as its log says. */
  get role(): string | undefined {
    return this.log.findLast(({ role }) => role !== undefined)?.role;
  }

  /** The events of a subscription, as they come. */
  async watch(query: string): Promise<Json[]> {
    const socket = await SocketClient.connect(this.gateway.origin.replace('http://', ''));
    this.#sockets.push(socket);
    return eventsOf(socket, query);
  }

  /** Waits until it does something for the plane. */
  becomes(...roles: readonly string[]): Promise<void> {
    return waitUntil(() => roles.includes(this.role ?? ''), `the role ${roles.join(' or ')}; it is ${this.role}`);
  }

  async graphql(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Json> {
    const { data, errors } = await post(`${this.gateway.origin}/graphql`, { query, variables });
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join(' '));
    return data;
  }

  async retry(id: string, idempotencyKey?: string): Promise<Json> {
    return (await this.graphql(retrying, { input: { id, ...(idempotencyKey !== undefined && { idempotencyKey }) } })).retryTask;
  }

  /** Nobody watches it any more. */
  async releaseConnection(): Promise<void> {
    const sockets = this.#sockets.splice(0);
    for (const { socket } of sockets) socket.close();
    await Promise.all(sockets.map(({ closed }) => closed));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.releaseConnection();
    await this.gateway.close();
  }
}

/** The mutation, with its input in `$input`. */
export const retrying = `mutation ($input: RetryTaskInput!) { retryTask(input: $input) {
  outcome isRepeat auditId task { status } errors { __typename ... on TaskActionNotAllowedError { blockers { code } } } } }`;

/** The values of the one field of a subscription, as they come. */
export function eventsOf(socket: SocketClient, query: string): Json[] {
  const events: Json[] = [];
  socket.socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString('utf8'));
    if (type === 'next') events.push(payload.data === null ? payload : Object.values(payload.data)[0]);
    if (type === 'complete' || type === 'error') events.push({ is: type, payload });
  });
  socket.subscribe('1', query);
  return events;
}

function refuse(path: string): never {
  throw new Error(`The test has no file ${path}.`);
}
