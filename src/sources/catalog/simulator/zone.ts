import { isJsonObject, type JsonObject } from '../../../model/scalars.js';
import type { PlaneRequest, PlaneResponse } from '../../simulation/plane-server.js';
import type { Random } from '../../simulation/random.js';
import { demoTasks, fullLifeSteps, lifelikeTasks, nanoid, randomEnd, type SimulatedPackage, simulatedPackages } from './demo-tasks.js';
import { catalogErrorResponse, type ErrorContext } from './error-responses.js';
import { SimulatedTask } from './simulated-task.js';

/** One zone of the simulated catalog: its packages, its tasks, and the installs that they create and delete. */
export class SimulatedZone {
  readonly id: string;
  readonly packages: readonly SimulatedPackage[];
  readonly tasks: Map<string, SimulatedTask>;
  readonly #random: Random;
  readonly #timestamp: (agoMs?: number) => string;

  /** `timestamp`: the time of the plane so many milliseconds ago, as the plane formats it. */
  constructor(id: string, random: Random, timestamp: (agoMs?: number) => string, isLifelike: boolean) {
    this.id = id;
    this.#random = random;
    this.#timestamp = timestamp;
    this.packages = simulatedPackages(random);
    const context = { random, zoneId: id, packages: this.packages, timestamp };
    const tasks = isLifelike ? lifelikeTasks(context) : demoTasks(context);
    this.tasks = new Map(tasks.map((task) => [task.id, task]));
  }

  advance(ms: number): void {
    for (const task of this.tasks.values()) task.advance(ms, this.#timestamp());
  }

  /** Adds a task that changes only by `setTask`. */
  add(body: JsonObject): string {
    const id = typeof body['id'] === 'string' ? body['id'] : nanoid(this.#random);
    const task = new SimulatedTask(id, []);
    task.body = { id, created_at: this.#timestamp(), operation: 'create', status: 'pending', updated_at: this.#timestamp(), ...body };
    this.tasks.set(id, task);
    return id;
  }

  /** GET catalog_tasks/{id}: the task, or a redirect to its install once it is completed. */
  task(id: string, origin: string, context: ErrorContext): PlaneResponse {
    const body = this.tasks.get(id)?.body;
    if (body == null) return catalogErrorResponse(404, 'task not simulatedPackage', context);
    if (body['status'] !== 'completed') return { status: 200, body };
    const path = `/zones/${this.id}/installs/${String(body['install_id'])}`;
    // The catalog does not document which form it sends; this one sends both.
    const location = body['operation'] === 'delete' ? `${origin}${path}` : path;
    return { status: 303, headers: { location }, body: this.#installs().get(String(body['install_id'])) };
  }

  /** GET installs, by pages. */
  installs(call: PlaneRequest): PlaneResponse {
    const all = [...this.#installs().values()];
    const limit = Math.min(100, Math.max(1, Number(call.query.get('limit') ?? 50) || 50));
    const start = all.findIndex((install) => install['id'] === call.query.get('after')) + 1;
    const items = all.slice(start, start + limit);
    const isLast = start + limit >= all.length;
    const [first, last] = [items.at(0), items.at(-1)];
    const pagination = { after_cursor: isLast ? null : last?.['id'], before_cursor: start === 0 ? null : first?.['id'] };
    return { status: 200, body: { items, pagination } };
  }

  /** GET installs/{id}. */
  install(id: string, context: ErrorContext): PlaneResponse {
    const body = this.#installs().get(id);
    return body === undefined ? catalogErrorResponse(404, 'install not simulatedPackage', context) : { status: 200, body };
  }

  /** POST installs: starts a task. */
  createInstall(body: unknown, context: ErrorContext): PlaneResponse {
    const spec = isJsonObject(body) ? body : {};
    if (typeof spec['package_id'] !== 'string') {
      const detail = { code: 'validation_error', field: '$.package_id', message: 'package_id is required' };
      return catalogErrorResponse(400, 'the request is not valid', context, [detail]);
    }
    const simulatedPackage = this.packages.find(({ id }) => id === spec['package_id']);
    if (simulatedPackage === undefined) return catalogErrorResponse(404, 'package not simulatedPackage', context);
    const version = typeof spec['version'] === 'number' ? spec['version'] : simulatedPackage.version;
    const install = {
      install_id: nanoid(this.#random),
      package_id: simulatedPackage.id,
      package_slug: simulatedPackage.slug,
      package_version: version,
    };
    return this.#begin({ operation: 'create', ...install });
  }

  /** DELETE installs/{id}: starts a task. */
  deleteInstall(id: string, context: ErrorContext): PlaneResponse {
    const install = this.#installs().get(id);
    if (install === undefined || install['status'] === 'deleted') return catalogErrorResponse(404, 'install not simulatedPackage', context);
    if (install['status'] !== 'active' && install['status'] !== 'failed') return catalogErrorResponse(409, 'a task is under way', context);
    const { package_id, package_slug, package_version } = install;
    return this.#begin({ operation: 'delete', install_id: id, package_id, package_slug, package_version });
  }

  #begin(subject: JsonObject): PlaneResponse {
    const task = new SimulatedTask(nanoid(this.#random), fullLifeSteps(this.#random, 0, subject, randomEnd(this.#random)));
    task.advance(0, this.#timestamp());
    // Its response has the install at once, so that a caller can follow it.
    task.body = { ...task.body, ...subject };
    this.tasks.set(task.id, task);
    return { status: 202, body: task.body };
  }

  #installs(): ReadonlyMap<string, JsonObject> {
    return deriveInstalls(this.id, this.tasks.values());
  }
}

const installStatuses: Readonly<Record<string, string>> = {
  'create completed': 'active',
  'create failed': 'failed',
  'delete pending': 'deleting',
  'delete running': 'deleting',
  'delete completed': 'deleted',
  'delete failed': 'failed',
};

/** The installs of these tasks by id, each in the state that its newest task left. */
function deriveInstalls(zoneId: string, tasks: Iterable<SimulatedTask>): ReadonlyMap<string, JsonObject> {
  const installs = new Map<string, JsonObject>();
  for (const { body } of tasks) {
    if (typeof body?.['install_id'] !== 'string') continue;
    const id = body['install_id'];
    installs.set(id, {
      id,
      created_at: installs.get(id)?.['created_at'] ?? body['created_at'],
      updated_at: body['updated_at'],
      zone_id: zoneId,
      package_id: body['package_id'],
      package_slug: body['package_slug'],
      package_version: body['package_version'],
      status: installStatuses[`${String(body['operation'])} ${String(body['status'])}`] ?? 'pending',
      // The real plane sends the inputs of the install, secrets among them.
      inputs: { client_id: 'demo', client_secret: 'not-for-other-eyes' },
    });
  }
  return installs;
}
