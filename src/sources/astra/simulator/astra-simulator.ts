import { type PlaneRequest, type PlaneResponse, PlaneServer } from '../../simulation/plane-server.js';
import { Random } from '../../simulation/random.js';
import type { SimulatedPlane, SimulationOptions } from '../../simulation/simulated-plane.js';
import { uuidPattern } from '../wire.js';
import { type AstraListVariants, buildListResponse, problemResponse } from './list-response.js';
import { formatTime } from './simulated-operation.js';
import { type SimulatedAstraTask, SimulatedAstraTasks } from './task-store.js';
import { OperationTraffic } from './traffic.js';

/** Ids that the plane accepts in a path: UUIDs of version 4 or 5, or the nil UUID, in lower case. */
const acceptedIdPattern =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-(?:4[0-9a-f]{3}-[89ab][0-9a-f]{3}|5[0-9a-f]{3}-[0-9a-f]{4})-[0-9a-f]{12}|0{8}(?:-0{4}){3}-0{12})$/;

/**
 * The task API of one Astra Control account as a stateful HTTP server: read-only, with the deviations of the real one
 * from its reference.
 */
export class AstraSimulator implements SimulatedPlane, AstraListVariants {
  /** Set by tests; see AstraListVariants. */
  pageSize: number | null = null;
  repeatContinue = false;
  refuseContinue = false;
  readonly settings: { readonly accountId: string; readonly credentials: { readonly token: string } };
  readonly #now: () => number;
  readonly #store: SimulatedAstraTasks;
  readonly #traffic: OperationTraffic;
  /** Separate from the generator of the tasks, so that requests never change what happens. */
  readonly #ids: Random;
  #server: PlaneServer | null = null;

  private constructor({ seed, name, now, isLifelike = false }: SimulationOptions) {
    const random = Random.named(seed, `astra:${name}`);
    this.#ids = Random.named(seed, `astra-ids:${name}`);
    this.settings = { accountId: random.uuid(), credentials: { token: random.text(40, 'abcdefghijklmnopqrstuvwxyz0123456789') } };
    this.#now = now;
    this.#store = new SimulatedAstraTasks(now);
    this.#traffic = new OperationTraffic({ random, accountId: this.settings.accountId, store: this.#store, now: now(), isLifelike });
  }

  static async start(options: SimulationOptions): Promise<AstraSimulator> {
    const simulator = new AstraSimulator(options);
    simulator.#server = await PlaneServer.start((call) => simulator.#handle(call), options.tls, options.port);
    return simulator;
  }

  /** Its recorded calls, and where tests inject faults. */
  get server(): PlaneServer {
    if (this.#server === null) throw new Error('The plane has not started.');
    return this.#server;
  }

  get url(): string {
    return this.server.url;
  }

  /** The current tasks, oldest first. */
  get tasks(): readonly SimulatedAstraTask[] {
    return this.#store.all();
  }

  advance(ms: number): void {
    this.#traffic.advance(ms, this.#now());
  }

  /**
   * Adds a task that never changes, and returns its id. By default it is a running backup, which ends now if the state
   * is final. Like any other, it is removed 24 hours after its end.
   */
  addTask(partial: Readonly<Record<string, unknown>> = {}): string {
    const now = formatTime(this.#now(), 'microseconds');
    const resourceID = this.#ids.uuid();
    const id = typeof partial.id === 'string' ? partial.id : this.#ids.uuid();
    this.#store.put({
      type: 'application/astra-task',
      version: '1.1',
      name: 'astra.backup',
      summary: 'Backup',
      description: 'Takes a backup of an application',
      resourceID,
      resourceURI: `/accounts/${this.settings.accountId}/k8s/v1/apps/${this.#ids.uuid()}/appBackups/${resourceID}`,
      resourceCollectionURI: [],
      state: 'running',
      stateTransitions: [{ from: 'running', to: ['paused', 'cancelled'] }],
      stateDetails: [],
      startTime: now,
      ...(partial.state === 'completed' || partial.state === 'failed' || partial.state === 'cancelled' ? { endTime: now } : {}),
      metadata: { labels: [], creationTimestamp: now, modificationTimestamp: now, createdBy: this.#ids.uuid() },
      ...partial,
      id,
    });
    this.#store.freeze(id);
    return id;
  }

  /** Replaces these fields of a task, which never changes after that; `undefined` removes one. */
  setTask(id: string, partial: Readonly<Record<string, unknown>>): void {
    const task = this.#store.get(id);
    if (task === undefined) throw new Error('The plane has no such task.');
    this.#store.put({ ...task, ...partial, id });
    this.#store.freeze(id);
  }

  /** Removes a task at once. */
  removeTask(id: string): void {
    if (!this.#store.remove(id)) throw new Error('The plane has no such task.');
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #handle({ method, path, query, headers }: PlaneRequest): PlaneResponse {
    const correlationId = this.#ids.uuid();
    const [, accountId = '', taskId] = /^\/accounts\/([^/]*)\/core\/v1\/tasks(?:\/([^/]*))?$/.exec(path) ?? [];
    if (accountId === '') return problemResponse(2, correlationId);
    if (!/^Bearer ./.test(String(headers['authorization'] ?? ''))) return problemResponse(3, correlationId);
    if (headers['authorization'] !== `Bearer ${this.settings.credentials.token}`) return problemResponse(4, correlationId);
    if (!uuidPattern.test(accountId)) return problemResponse(33, correlationId);
    if (accountId !== this.settings.accountId) return problemResponse(18, correlationId);
    if (method !== 'GET') return problemResponse(69, correlationId);
    if (taskId === undefined) return buildListResponse(query, this.#store.all(), this, correlationId);
    if (!acceptedIdPattern.test(taskId)) return problemResponse(35, correlationId);
    const task = this.#store.get(taskId);
    if (task === undefined) return problemResponse(1, correlationId);
    return { status: 200, headers: { 'content-type': 'application/astra-task+json' }, body: task };
  }
}
