import { formatTaskId } from '../../model/global-id.js';
import type { JsonObject } from '../../model/scalars.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import { type CacheContext, createReadRequest } from './cache-context.js';
import { canServeStale, type Freshness, isFresh, markStale } from './freshness.js';

/** Of one task, or why nothing can be said of it. */
export type TaskReadResult = Task | SourceProblemError | null;

/** Reads tasks of one source by their ids, each once for all who ask for it at the same time. */
export class TaskReads {
  readonly #state: CacheContext;
  readonly #underWay = new InFlightReads<TaskReadResult>();

  constructor(state: CacheContext) {
    this.#state = state;
  }

  /** Those of `askable` are asked for, the others answered from what is known. It never rejects. */
  async read(ids: readonly string[], askable: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, TaskReadResult>> {
    const { known, now } = this.#state;
    const toAsk = askable.filter((id) => !this.#underWay.has(id, freshness));
    const askedAt = now();
    if (toAsk.length > 0) this.#underWay.add(toAsk, askedAt, this.#readAll(toAsk, askedAt), null);
    const asked = new Set(askable);
    const answers = await Promise.all(
      ids.map(async (id): Promise<[string, TaskReadResult]> => {
        const underWay = asked.has(id) ? this.#underWay.answer(id) : undefined;
        return [id, underWay === undefined ? (known.get(id) ?? null) : await underWay];
      }),
    );
    return new Map(answers);
  }

  /** What was last known, marked, where it may stand in for an answer; else why there is none. */
  staleOrProblem(problem: SourceProblemError, sourceTaskId: string): TaskReadResult {
    const { source, health, known, now } = this.#state;
    const task = known.get(sourceTaskId);
    if (task === undefined || health.isRefused || !canServeStale(problem, known.confirmedAt(task), now()))
      return problem.withMinRetryAfter(source.circuitOpenForMs?.() ?? 0);
    return markStale(task, task.observedAt);
  }

  /** Asks for tasks by id and takes the answers over. It never rejects. */
  async #readAll(ids: readonly string[], askedAt: number): Promise<ReadonlyMap<string, TaskReadResult>> {
    const { source, health, known, now, notify: tell } = this.#state;
    const begun = performance.now();
    const answers = new Map<string, TaskReadResult>();
    try {
      const readings = await source.read(ids, createReadRequest(this.#state));
      const observedAt = now();
      for (const id of ids) {
        const reading = readings.get(id) ?? null;
        if (reading instanceof SourceProblemError) answers.set(id, this.staleOrProblem(reading, id));
        else if (reading === null) known.markGone(id, askedAt);
        else known.applyReading(reading, askedAt, observedAt, source.capabilities.list);
        if (!(reading instanceof SourceProblemError)) answers.set(id, known.get(id) ?? null);
      }
      const problems = [...readings.values()].filter((reading) => reading instanceof SourceProblemError);
      const latencyMs = Math.round(performance.now() - begun);
      if (problems.length < ids.length) health.succeeded(observedAt, latencyMs, problems[0]?.problem ?? null);
      else health.failed(problems[0]);
    } catch (error) {
      const problem = health.failed(error);
      for (const id of ids) answers.set(id, this.staleOrProblem(problem, id));
    }
    tell();
    return answers;
  }
}

interface InFlightRead<A> {
  readonly askedAt: number;
  readonly answer: Promise<A>;
}

/** Reads of single tasks that have no answer yet: who asks for the same waits with the others. */
export class InFlightReads<A> {
  readonly #reads = new Map<string, InFlightRead<A>>();

  /** Whether waiting is as good as asking. */
  has(sourceTaskId: string, freshness: Freshness): boolean {
    const read = this.#reads.get(sourceTaskId);
    return read !== undefined && isFresh(freshness, { askedAt: read.askedAt, observedAt: null });
  }

  answer(sourceTaskId: string): Promise<A> | undefined {
    return this.#reads.get(sourceTaskId)?.answer;
  }

  /** `answers` has one for each id, and never rejects. */
  add(ids: readonly string[], askedAt: number, answers: Promise<ReadonlyMap<string, A>>, absent: A): void {
    for (const id of ids) {
      const read = { askedAt, answer: answers.then((found) => found.get(id) ?? absent) };
      this.#reads.set(id, read);
      void read.answer.finally(() => {
        if (this.#reads.get(id) === read) this.#reads.delete(id);
      });
    }
  }
}

export interface PayloadReadsOptions extends CacheContext {
  /** What is kept elsewhere of payloads, by task id; it may fail. */
  readonly storedPayloads: (taskIds: readonly string[]) => Promise<ReadonlyMap<string, JsonObject>>;
  /** What goes wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Fetches payloads that were cut: from where they are kept, else from the plane. */
export class PayloadReads {
  readonly #options: PayloadReadsOptions;

  constructor(options: PayloadReadsOptions) {
    this.#options = options;
  }

  /** By ids at the plane: what was sent of each, null where nothing is to be had any more, or why the plane does not say. */
  async read(sourceTaskIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject | SourceProblemError | null>> {
    const { source } = this.#options;
    const kept = await this.#kept(sourceTaskIds.map((id) => formatTaskId(source.name, id)));
    const payloads = new Map<string, JsonObject | SourceProblemError | null>();
    for (const id of sourceTaskIds) payloads.set(id, kept.get(formatTaskId(source.name, id)) ?? null);
    const missing = sourceTaskIds.filter((id) => payloads.get(id) === null);
    if (missing.length === 0) return payloads;
    try {
      const readings = await source.read(missing, createReadRequest(this.#options));
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
      return await this.#options.storedPayloads(taskIds);
    } catch (error) {
      this.#options.report(error);
      return new Map();
    }
  }
}
