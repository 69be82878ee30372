import { SourceProblemError } from '../../error/source-problem-error.js';
import { taskIdOf } from '../../model/id.js';
import type { JsonObject } from '../../scalars/json-object.js';
import { requestOf } from './request-of.js';
import type { ViewState } from './view-state.js';

export interface ViewPayloadsOptions extends ViewState {
  /** What is kept elsewhere of payloads, by task id; it may fail. */
  readonly keptPayloads: (taskIds: readonly string[]) => Promise<ReadonlyMap<string, JsonObject>>;
  /** What goes wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Fetches payloads that were cut: from where they are kept, else from the plane. */
export class ViewPayloads {
  readonly #options: ViewPayloadsOptions;

  constructor(options: ViewPayloadsOptions) {
    this.#options = options;
  }

  /** By ids at the plane: what was sent of each, null where nothing is to be had any more, or why the plane does not say. */
  async read(localIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject | SourceProblemError | null>> {
    const { source } = this.#options;
    const kept = await this.#kept(localIds.map((id) => taskIdOf(source.name, id)));
    const payloads = new Map<string, JsonObject | SourceProblemError | null>();
    for (const id of localIds) payloads.set(id, kept.get(taskIdOf(source.name, id)) ?? null);
    const missing = localIds.filter((id) => payloads.get(id) === null);
    if (missing.length === 0) return payloads;
    try {
      const readings = await source.read(missing, requestOf(this.#options));
      for (const id of missing) {
        const reading = readings.get(id) ?? null;
        payloads.set(id, reading === null || reading instanceof SourceProblemError ? reading : reading.translate().payload);
      }
    } catch (error) {
      const problem = this.#options.health.failed(error);
      for (const id of missing) payloads.set(id, problem);
    }
    return payloads;
  }

  async #kept(taskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    try {
      return await this.#options.keptPayloads(taskIds);
    } catch (error) {
      this.#options.report(error);
      return new Map();
    }
  }
}
