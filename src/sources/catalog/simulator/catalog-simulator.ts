import type { JsonObject } from '../../../model/scalars.js';
import { type PlaneRequest, type PlaneResponse, PlaneServer } from '../../simulation/plane-server.js';
import { Random } from '../../simulation/random.js';
import type { SimulatedPlane, SimulationOptions } from '../../simulation/simulated-plane.js';
import { catalogErrorResponse, type ErrorContext } from './error-responses.js';
import { SimulatedTokens } from './tokens.js';
import { SimulatedZone } from './zone.js';

/**
 * A catalog with one zone as a stateful HTTP server, with the peculiarities of the real one: no list, and a 303 on
 * completion.
 */
export class CatalogSimulator implements SimulatedPlane {
  readonly zone: SimulatedZone;
  readonly tokens: SimulatedTokens;
  /** Ids tracked from the start. Some of their tasks start later; until then the plane does not have them. */
  readonly trackedIds: readonly string[];
  readonly #random: Random;
  readonly #now: () => number;
  #server: PlaneServer | null = null;

  private constructor({ seed, name, now, isLifelike = false }: SimulationOptions) {
    this.#random = Random.named(seed, name);
    this.#now = now;
    this.tokens = new SimulatedTokens(this.#random, now);
    this.zone = new SimulatedZone(`zone_${name}`, this.#random, (agoMs) => this.#timestamp(agoMs), isLifelike);
    this.trackedIds = [...this.zone.tasks.keys()];
  }

  static async start(options: SimulationOptions): Promise<CatalogSimulator> {
    const simulator = new CatalogSimulator(options);
    simulator.#server = await PlaneServer.start((call) => simulator.#handle(call), options.tls, options.port);
    return simulator;
  }

  /** Its recorded calls, and where tests inject faults. */
  get server(): PlaneServer {
    if (this.#server === null) throw new Error('The simulated plane has not been started.');
    return this.#server;
  }

  get url(): string {
    return this.server.url;
  }

  get settings(): Readonly<Record<string, unknown>> {
    const { clientId, clientSecret } = this.tokens;
    return { zoneId: this.zone.id, credentials: { clientId, clientSecret }, tasks: this.trackedIds };
  }

  advance(ms: number): void {
    this.zone.advance(ms);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Adds a pending task with these fields, which does not change by itself, and returns its id. */
  addTask(body: JsonObject = {}): string {
    return this.zone.add(body);
  }

  /** Changes fields of a task. */
  setTask(id: string, changes: JsonObject): void {
    const task = this.zone.tasks.get(id);
    if (task === undefined) throw new Error('The simulated plane has no such task.');
    task.body = { ...task.body, ...changes };
  }

  #handle(call: PlaneRequest): PlaneResponse {
    const context = { path: call.path, requestId: this.#random.uuid(), timestamp: this.#timestamp() };
    if (call.method === 'POST' && call.path === '/service-account-token') return this.tokens.issueToken(call, context);
    if (!this.tokens.isGood(call)) return catalogErrorResponse(401, 'authentication required', context);
    const [, zones, zoneId, collection, id, ...rest] = call.path.split('/');
    if (zones !== 'zones' || zoneId !== this.zone.id || rest.length > 0) return catalogErrorResponse(404, 'not found', context);
    return this.#route(call, `${call.method} ${collection}`, id, context);
  }

  #route(call: PlaneRequest, route: string, id: string | undefined, context: ErrorContext): PlaneResponse {
    if (id === undefined && route === 'GET installs') return this.zone.installs(call);
    if (id === undefined && route === 'POST installs') return this.zone.createInstall(parseJson(call.body), context);
    if (id !== undefined && route === 'GET catalog_tasks') return this.zone.task(id, this.url, context);
    if (id !== undefined && route === 'GET installs') return this.zone.install(id, context);
    if (id !== undefined && route === 'DELETE installs') return this.zone.deleteInstall(id, context);
    return catalogErrorResponse(404, 'not found', context);
  }

  /** With microseconds, as the plane formats its times. */
  #timestamp(agoMs = 0): string {
    return new Date(this.#now() - agoMs).toISOString().replace('Z', '417Z');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
