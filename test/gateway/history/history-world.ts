import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Json } from '../../support/post.js';
import { World, type WorldOptions } from '../../support/world.js';

/** A world whose gateway keeps its history in a file. */
export class HistoryWorld {
  readonly world: World;
  /** The file of the store. */
  readonly path: string;
  readonly #folder: string;

  private constructor(world: World, folder: string, path: string) {
    this.world = world;
    this.#folder = folder;
    this.path = path;
  }

  static async start(options: WorldOptions = {}, store: Readonly<Record<string, unknown>> = {}): Promise<HistoryWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-history-'));
    const path = join(folder, 'tributary.db');
    const configuration = { store: { kind: 'sqlite', path, record: 'watched', ...store }, ...options.configuration };
    return new HistoryWorld(await World.start({ ...options, configuration }), folder, path);
  }

  /** A page of tasks, read from the planes. */
  async tasks(filter: Readonly<Record<string, unknown>>, fields = ''): Promise<Json> {
    const query = `query ($filter: TaskFilter) { tasks(first: 200, maxAgeMs: 0, filter: $filter) {
      totalCount nodes { id status ${fields} } sources { __typename problem { message } ... on TaskSourceAnswered { isComplete } } } }`;
    return this.#ask(query, { filter }, 'tasks');
  }

  /** A task, read from its plane; null when there is none. */
  task(id: string, fields: string): Promise<Json> {
    return this.#ask(`query ($id: ID!) { task(id: $id, maxAgeMs: 0) { ${fields} } }`, { id }, 'task');
  }

  async close(): Promise<void> {
    await this.world.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Moves the clock on, because a read in the same millisecond would be fresh enough. */
  async #ask(query: string, variables: Readonly<Record<string, unknown>>, field: string): Promise<Json> {
    this.world.passTime(1);
    const { data, errors } = await this.world.graphql(query, variables);
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join(' '));
    return data[field];
  }
}
