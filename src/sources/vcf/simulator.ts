import { PlaneServer } from '../../simulation/plane-server.js';
import { Random } from '../../simulation/random.js';
import type { SimulatedPlane, SimulationOptions } from '../../task/source/simulated-plane.js';
import { Agenda } from './simulation/agenda.js';
import { credentialsRoutes } from './simulation/credentials-routes.js';
import { CredentialsWorld } from './simulation/credentials-world.js';
import { addedCredentialsTask, addedTask, filler } from './simulation/added-tasks.js';
import type { WireObject } from './simulation/wire-object.js';
import type { Modes } from './simulation/modes.js';
import { newRotation } from './simulation/new-rotation.js';
import { answerCall, type Route } from './simulation/route.js';
import { seedCredentials } from './simulation/seed-credentials.js';
import { seedTasks } from './simulation/seed-tasks.js';
import { type Site, siteOf } from './simulation/site.js';
import { taskRoutes } from './simulation/task-routes.js';
import { TaskWorld } from './simulation/task-world.js';
import { tokenRoutes } from './simulation/token-routes.js';
import { Tokens } from './simulation/tokens.js';

export interface VcfSimulationOptions extends SimulationOptions {
  /** PEM texts; with them it speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/**
 * SDDC Manager as a stateful HTTP server, faithful to its oddities. Its tasks live in the plane's own time: it begins
 * at `now()` and passes by `advance` alone, so that the same seed and the same calls give the same world. Tokens live
 * by `now`.
 */
export class VcfSimulator implements SimulatedPlane, Modes {
  readonly server: PlaneServer;
  readonly settings: { readonly credentials: { readonly username: string; readonly password: string } };
  pageBase: 0 | 1 = 0;
  withPageMetadata = true;
  legacy = false;
  newestFirst = true;
  credentialsAvailable = true;
  /** Milliseconds that an access token lives, from the next one on. */
  tokenLifeMs = 3_600_000;
  readonly #agenda: Agenda;
  readonly #tasks: TaskWorld;
  readonly #credentials: CredentialsWorld;
  readonly #tokens: Tokens;
  readonly #routes: readonly Route[];
  /** For ids of what tests add: the world's own stream stays as it is. */
  readonly #added: Random;

  private constructor(server: PlaneServer, { seed, name, now }: VcfSimulationOptions) {
    const stream = (purpose: string): Random => Random.named(seed, `${name}/${purpose}`);
    const site = siteOf(seed, name);
    this.server = server;
    this.settings = { credentials: { username: `svc-tributary@${site.code}.local`, password: `canary-login-${stream('login').uuid()}` } };
    this.#agenda = new Agenda(now());
    this.#tasks = new TaskWorld(this.#agenda, stream('tasks'), site);
    this.#credentials = new CredentialsWorld(this.#agenda, stream('credentials'));
    this.#tokens = new Tokens(stream('tokens'), now);
    this.#added = stream('added');
    this.#seed(site, stream('seed'), stream('rotations'));
    const shared = { credentials: this.#credentials, site, modes: this, random: stream('answers') };
    this.#routes = [
      ...tokenRoutes({ tokens: this.#tokens, ...this.settings.credentials, lifeMs: () => this.tokenLifeMs }),
      ...taskRoutes({ tasks: this.#tasks, ...shared }),
      ...credentialsRoutes(shared),
    ];
  }

  /** Starts it on a free port of 127.0.0.1, with the tasks of a busy site. */
  static async start(options: VcfSimulationOptions): Promise<VcfSimulator> {
    const server = await PlaneServer.start((call) => answerCall(simulator.#routes, simulator.#tokens, call), options.tls);
    const simulator = new VcfSimulator(server, options);
    return simulator;
  }

  get url(): string {
    return this.server.url;
  }

  advance(ms: number): void {
    this.#agenda.advance(ms);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Ends every access token at once; refresh tokens stay good. */
  expireTokens(): void {
    this.#tokens.expire();
  }

  /**
   * Adds a task to /v1/tasks and returns its id. What is not given is that of a successful task without subtasks; a
   * field given as undefined is left out. It stays as it is until it is retried or cancelled; a retry succeeds.
   */
  addTask(wire: Readonly<WireObject> = {}): string {
    const { id, json } = addedTask(wire, this.#added, this.#agenda.now);
    this.#tasks.add(id, json, 'test', null);
    return id;
  }

  /**
   * Adds a credentials task and returns its id. It is in /v1/tasks too, with `ordinary` over what follows from it;
   * null: it is in the credentials list only.
   */
  addCredentialsTask(wire: Readonly<WireObject> = {}, ordinary: Readonly<WireObject> | null = {}): string {
    const { id, json } = addedCredentialsTask(wire, this.#added, this.#agenda.now);
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

  /** Adds so many finished tasks, a second apart, and returns their ids, newest first. */
  fill(count: number): string[] {
    return Array.from({ length: count }, (_, place) => this.addTask(filler(place, this.#agenda.now)));
  }

  /** Empties the world; nothing begins by itself any more. */
  clear(): void {
    this.#agenda.clear();
    this.#tasks.clear();
    this.#credentials.clear();
  }

  #seed(site: Site, random: Random, live: Random): void {
    for (const { json, failure, startsInMs, durationMs } of seedTasks(site, random, this.#agenda.now)) {
      this.#tasks.add(json.id, json, 'seed', failure);
      if (startsInMs !== null) this.#tasks.start(json.id, startsInMs, durationMs);
    }
    for (const { json, listedIn, startsInMs } of seedCredentials(site, random, this.#agenda.now)) {
      this.#credentials.add(json.id, json, listedIn === 'both' ? {} : null);
      if (startsInMs !== null) this.#credentials.start(json.id, startsInMs);
    }
    this.#tasks.keepBusy();
    this.#credentials.keepBusy(() => newRotation(site, live, this.#agenda.now));
  }
}
