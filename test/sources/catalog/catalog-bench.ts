import 'reflect-metadata';

import { catalog } from '../../../src/sources/catalog/catalog-source.js';
import { catalogSettings } from '../../../src/sources/catalog/settings.js';
import { CatalogSimulator } from '../../../src/sources/catalog/simulator/catalog-simulator.js';
import { SourceProblemError } from '../../../src/model/source-problem.js';
import type { Task } from '../../../src/model/task.js';
import type { UntranslatedTask, ListResponse, ReadRequest, Source } from '../../../src/sources/source.js';
import { type SourceSettingsOverrides, createSourceSettings } from '../../support/source-settings.js';

export interface BenchOptions {
  /** Ids tracked by the configuration. */
  readonly tasks?: readonly string[];
  /** A fixed bearer token instead of client credentials; made from the plane. */
  readonly token?: (plane: CatalogSimulator) => string;
  readonly common?: SourceSettingsOverrides;
}

/** A simulated catalog, a source connected to it, and a clock that only the test moves. */
export class CatalogBench {
  /** Milliseconds since 1970, for the plane and the source. */
  now = Date.UTC(2026, 5, 1, 12);
  readonly known = new Map<string, Task>();
  #plane: CatalogSimulator | null = null;
  #source: Source | null = null;

  static async start({ tasks = [], token, common = {} }: BenchOptions = {}): Promise<CatalogBench> {
    const bench = new CatalogBench();
    const now = (): number => bench.now;
    const plane = await CatalogSimulator.start({ seed: 7, name: 'test', now });
    const credentials = token === undefined ? plane.settings['credentials'] : { token: token(plane) };
    const settings = catalogSettings.parse({ zoneId: plane.zone.id, credentials, tasks });
    bench.#plane = plane;
    bench.#source = catalog.create(createSourceSettings(plane.url, { name: 'cat', now, timeoutMs: 60_000, ...common }), settings);
    return bench;
  }

  get plane(): CatalogSimulator {
    if (this.#plane === null) throw new Error('Not started.');
    return this.#plane;
  }

  get source(): Source {
    if (this.#source === null) throw new Error('Not started.');
    return this.#source;
  }

  request(signal = AbortSignal.timeout(60_000)): ReadRequest {
    return { signal, cachedTask: (sourceTaskId) => this.known.get(sourceTaskId) };
  }

  list(...trackedIds: readonly string[]): Promise<ListResponse> {
    return this.source.list({ ...this.request(), trackedIds });
  }

  async answer(id: string): Promise<UntranslatedTask | SourceProblemError | null | undefined> {
    return (await this.source.read([id], this.request())).get(id);
  }

  async reading(id: string): Promise<UntranslatedTask> {
    const answer = await this.answer(id);
    if (answer instanceof SourceProblemError) throw answer;
    if (answer == null) throw new Error('The plane does not have it.');
    return answer;
  }

  async problem(id: string): Promise<SourceProblemError> {
    const answer = await this.answer(id);
    if (!(answer instanceof SourceProblemError)) throw new Error('A problem was expected.');
    return answer;
  }

  /** Reads a task and remembers it, as the gateway does. */
  async remember(id: string): Promise<Task> {
    const task = { ...(await this.reading(id)).translate(), changedAt: this.now, observedAt: this.now };
    this.known.set(id, task);
    return task;
  }

  /** Ids of the tasks that the plane was requested to send, in that order. */
  requestedIds(): readonly string[] {
    return this.plane.server.calls.flatMap(({ path }) => /^\/zones\/[^/]+\/catalog_tasks\/(.*)$/.exec(path)?.[1] ?? []);
  }

  /** How often a token was requested. */
  logIns(): number {
    return this.plane.server.calls.filter(({ path }) => path === '/service-account-token').length;
  }

  async close(): Promise<void> {
    await this.#source?.upstream.close();
    await this.#plane?.close();
  }
}
