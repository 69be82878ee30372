import { PlaneServer } from '../../simulation/plane-server.js';
import { Random } from '../../simulation/random.js';
import type { SimulatedPlane, SimulationOptions } from '../../simulation/simulated-plane.js';
import { buildSite, type Site } from './blueprint.js';
import { credentialsRoutes } from './credentials-routes.js';
import { SimulatedCredentialsTasks } from './credentials-world.js';
import { fastPace, lifelikePace } from './pace.js';
import { IssuedTokens, type Route, routeCall, tokenRoutes, type VcfVariants } from './routes.js';
import { buildRotation, buildSeedCredentials } from './seed-credentials.js';
import { buildAddedCredentialsTask, buildAddedTask, buildFillerTask, buildSeedTasks } from './seed-tasks.js';
import { VirtualScheduler } from './steps.js';
import { taskRoutes } from './task-routes.js';
import { SimulatedTasks } from './task-world.js';
import type { WireObject } from './wire-format.js';

/**
 * SDDC Manager as a stateful HTTP server, with the peculiarities of the real one. Its tasks have a clock of their own,
 * which starts at `now()` and changes only by `advance`, so that the same seed and the same calls have the same result.
 * Tokens go by `now`.
 */
export class VcfSimulator implements SimulatedPlane, VcfVariants {
  readonly server: PlaneServer;
  readonly settings: { readonly credentials: { readonly username: string; readonly password: string } };
  pageBase: 0 | 1 = 0;
  withPageMetadata = true;
  legacy = false;
  newestFirst = true;
  credentialsAvailable = true;
  /** Life of access tokens from the next one on, in milliseconds. */
  tokenLifeMs = 3_600_000;
  readonly #scheduler: VirtualScheduler;
  readonly #tasks: SimulatedTasks;
  readonly #credentials: SimulatedCredentialsTasks;
  readonly #tokens: IssuedTokens;
  readonly #routes: readonly Route[];
  /** For the ids of tasks that tests add, so that they do not influence the simulation. */
  readonly #added: Random;

  private constructor(server: PlaneServer, { seed, name, now, isLifelike = false }: SimulationOptions) {
    const stream = (purpose: string): Random => Random.named(seed, `${name}/${purpose}`);
    const site = buildSite(seed, name, isLifelike);
    const pace = isLifelike ? lifelikePace : fastPace;
    this.server = server;
    this.settings = { credentials: { username: `svc-tributary@${site.code}.local`, password: `canary-login-${stream('login').uuid()}` } };
    this.#scheduler = new VirtualScheduler(now());
    this.#tasks = new SimulatedTasks(this.#scheduler, stream('tasks'), site, pace);
    this.#credentials = new SimulatedCredentialsTasks(this.#scheduler, stream('credentials'), pace);
    this.#tokens = new IssuedTokens(stream('tokens'), now);
    this.#added = stream('added');
    this.#seed(site, stream('seed'), stream('rotations'), isLifelike);
    const shared = { credentials: this.#credentials, site, variants: this, random: stream('answers') };
    this.#routes = [
      ...tokenRoutes({ tokens: this.#tokens, ...this.settings.credentials, lifeMs: () => this.tokenLifeMs }),
      ...taskRoutes({ tasks: this.#tasks, ...shared }),
      ...credentialsRoutes(shared),
    ];
  }

  /** Starts on a free port of 127.0.0.1, with the tasks of a busy site. */
  static async start(options: SimulationOptions): Promise<VcfSimulator> {
    const server = await PlaneServer.start((call) => routeCall(simulator.#routes, simulator.#tokens, call), options.tls, options.port);
    const simulator = new VcfSimulator(server, options);
    return simulator;
  }

  get url(): string {
    return this.server.url;
  }

  advance(ms: number): void {
    this.#scheduler.advance(ms);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Revokes all access tokens at once; refresh tokens stay valid. */
  expireTokens(): void {
    this.#tokens.expireAll();
  }

  /**
   * Adds a task to /v1/tasks and returns its id. By default it is a successful task without subtasks; fields of value
   * undefined are left out. It does not change until it is retried or cancelled; a retry succeeds.
   */
  addTask(wire: Readonly<WireObject> = {}): string {
    const { id, json } = buildAddedTask(wire, this.#added, this.#scheduler.now);
    this.#tasks.add(id, json, 'test', null);
    return id;
  }

  /**
   * Adds a credentials task and returns its id. It is in /v1/tasks too, with the fields of `ordinary`; null: it is only
   * in the credentials list.
   */
  addCredentialsTask(wire: Readonly<WireObject> = {}, ordinary: Readonly<WireObject> | null = {}): string {
    const { id, json } = buildAddedCredentialsTask(wire, this.#added, this.#scheduler.now);
    this.#credentials.add(id, json, ordinary);
    return id;
  }

  /** Changes fields of an ordinary task. Throws when there is none of this id. */
  setTask(id: string, wire: Readonly<WireObject>): void {
    this.#tasks.set(id, wire);
  }

  /** Changes fields of a credentials task. Throws when there is none of this id. */
  setCredentialsTask(id: string, wire: Readonly<WireObject>): void {
    this.#credentials.set(id, wire);
  }

  /** Removes a task from every list. */
  removeTask(id: string): void {
    this.#tasks.remove(id);
    this.#credentials.remove(id);
  }

  /** Adds this many finished tasks, a second apart, and returns their ids, newest first. */
  fill(count: number): string[] {
    return Array.from({ length: count }, (_, place) => this.addTask(buildFillerTask(place, this.#scheduler.now)));
  }

  /** Removes all tasks; none starts by itself any more. */
  clear(): void {
    this.#scheduler.clear();
    this.#tasks.clear();
    this.#credentials.clear();
  }

  #seed(site: Site, random: Random, live: Random, isLifelike: boolean): void {
    for (const { json, failure, startsInMs, durationMs } of buildSeedTasks(site, random, this.#scheduler.now, isLifelike)) {
      this.#tasks.add(json.id, json, 'seed', failure);
      if (startsInMs !== null) this.#tasks.start(json.id, startsInMs, durationMs);
    }
    for (const { json, listedIn, startsInMs } of buildSeedCredentials(site, random, this.#scheduler.now)) {
      this.#credentials.add(json.id, json, listedIn === 'both' ? {} : null);
      if (startsInMs !== null) this.#credentials.start(json.id, startsInMs);
    }
    this.#tasks.keepBusy();
    this.#credentials.keepBusy(() => buildRotation(site, live, this.#scheduler.now));
  }
}
