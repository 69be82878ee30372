import { type PlaneAnswer, type PlaneCall, PlaneServer } from '../../simulation/plane-server.js';
import { Random } from '../../simulation/random.js';
import type { SimulatedPlane, SimulationOptions } from '../../task/source/simulated-plane.js';
import type { Fields } from './simulation/fields.js';
import { listAnswer, type ListModes } from './simulation/list-answer.js';
import { problemAnswer } from './simulation/problems.js';
import { TaskStore } from './simulation/task-store.js';
import { timeText } from './simulation/time-text.js';
import { Traffic } from './simulation/traffic.js';
import { uuidForm } from './task-id.js';

export interface AstraSimulatorOptions extends SimulationOptions {
  /** PEM texts; the plane then speaks HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** The form of an id that the plane accepts in a path: version 4 or 5, or nil, in lower case. */
const idForm =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-(?:4[0-9a-f]{3}-[89ab][0-9a-f]{3}|5[0-9a-f]{3}-[0-9a-f]{4})-[0-9a-f]{12}|0{8}(?:-0{4}){3}-0{12})$/;

/** The task API of one Astra Control account as a stateful HTTP server: read-only, and faithful to its oddities. */
export class AstraSimulator implements SimulatedPlane, ListModes {
  /** Set by tests: see ListModes. */
  pageSize: number | null = null;
  repeatContinue = false;
  refuseContinue = false;
  readonly settings: { readonly accountId: string; readonly credentials: { readonly token: string } };
  readonly #now: () => number;
  readonly #store: TaskStore;
  readonly #traffic: Traffic;
  /** Apart from what the tasks are drawn from, so that requests never change what happens. */
  readonly #ids: Random;
  #server: PlaneServer | null = null;

  private constructor({ seed, name, now }: AstraSimulatorOptions) {
    const random = Random.named(seed, `astra:${name}`);
    this.#ids = Random.named(seed, `astra-ids:${name}`);
    this.settings = { accountId: random.uuid(), credentials: { token: random.text(40, 'abcdefghijklmnopqrstuvwxyz0123456789') } };
    this.#now = now;
    this.#store = new TaskStore(now);
    this.#traffic = new Traffic(random, this.settings.accountId, this.#store, now());
  }

  static async start(options: AstraSimulatorOptions): Promise<AstraSimulator> {
    const simulator = new AstraSimulator(options);
    simulator.#server = await PlaneServer.start((call) => simulator.#answer(call), options.tls);
    return simulator;
  }

  /** For its calls, and to make things go wrong on the way. */
  get server(): PlaneServer {
    if (this.#server === null) throw new Error('The plane has not started.');
    return this.#server;
  }

  get url(): string {
    return this.server.url;
  }

  /** The tasks as the plane has them now, oldest first. */
  get tasks(): readonly Fields[] {
    return this.#store.all();
  }

  advance(ms: number): void {
    this.#traffic.advance(ms, this.#now());
  }

  /**
   * A task of the test's own making, which stays as it is; its id is returned. What is not given is that of a backup that
   * is running, or that ends now where the state is final. As any other, it is forgotten 24 hours after its end.
   */
  addTask(partial: Readonly<Record<string, unknown>> = {}): string {
    const at = timeText(this.#now(), 'microseconds');
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
      startTime: at,
      ...(partial.state === 'completed' || partial.state === 'failed' || partial.state === 'cancelled' ? { endTime: at } : {}),
      metadata: { labels: [], creationTimestamp: at, modificationTimestamp: at, createdBy: this.#ids.uuid() },
      ...partial,
      id,
    });
    this.#store.hold(id);
    return id;
  }

  /** Replaces these fields of a task, which from now on stays as it is; `undefined` leaves one out. */
  setTask(id: string, partial: Readonly<Record<string, unknown>>): void {
    const task = this.#store.get(id);
    if (task === undefined) throw new Error('The plane has no such task.');
    this.#store.put({ ...task, ...partial, id });
    this.#store.hold(id);
  }

  /** The plane forgets a task at once. */
  removeTask(id: string): void {
    if (!this.#store.remove(id)) throw new Error('The plane has no such task.');
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #answer({ method, path, query, headers }: PlaneCall): PlaneAnswer {
    const correlationId = this.#ids.uuid();
    const [, accountId = '', taskId] = /^\/accounts\/([^/]*)\/core\/v1\/tasks(?:\/([^/]*))?$/.exec(path) ?? [];
    if (accountId === '') return problemAnswer(2, correlationId);
    if (!/^Bearer ./.test(String(headers['authorization'] ?? ''))) return problemAnswer(3, correlationId);
    if (headers['authorization'] !== `Bearer ${this.settings.credentials.token}`) return problemAnswer(4, correlationId);
    if (!uuidForm.test(accountId)) return problemAnswer(33, correlationId);
    if (accountId !== this.settings.accountId) return problemAnswer(18, correlationId);
    if (method !== 'GET') return problemAnswer(69, correlationId);
    if (taskId === undefined) return listAnswer(query, this.#store.all(), this, correlationId);
    if (!idForm.test(taskId)) return problemAnswer(35, correlationId);
    const task = this.#store.get(taskId);
    if (task === undefined) return problemAnswer(1, correlationId);
    return { status: 200, headers: { 'content-type': 'application/astra-task+json' }, body: task };
  }
}
