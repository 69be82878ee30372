import { SourceProblemError } from '../../error/source-problem-error.js';
import type { Task } from '../../model/task.js';
import type { Freshness } from './freshness.js';
import { ReadsUnderWay } from './reads-under-way.js';
import { requestOf } from './request-of.js';
import { isPresentable, markStale } from '../known/stale.js';
import type { ViewState } from './view-state.js';

/** Of one task, or why nothing can be said of it. */
export type TaskAnswer = Task | SourceProblemError | null;

/** Reads tasks of one source by their ids, each once for all who ask for it at the same time. */
export class ViewReads {
  readonly #state: ViewState;
  readonly #underWay = new ReadsUnderWay<TaskAnswer>();

  constructor(state: ViewState) {
    this.#state = state;
  }

  /** Those of `askable` are asked for, the others answered from what is known. It never rejects. */
  async read(ids: readonly string[], askable: readonly string[], freshness: Freshness): Promise<ReadonlyMap<string, TaskAnswer>> {
    const { known, now } = this.#state;
    const toAsk = askable.filter((id) => !this.#underWay.has(id, freshness));
    const askedAt = now();
    if (toAsk.length > 0) this.#underWay.add(toAsk, askedAt, this.#readAll(toAsk, askedAt), null);
    const asked = new Set(askable);
    const answers = await Promise.all(
      ids.map(async (id): Promise<[string, TaskAnswer]> => {
        const underWay = asked.has(id) ? this.#underWay.answer(id) : undefined;
        return [id, underWay === undefined ? (known.get(id) ?? null) : await underWay];
      }),
    );
    return new Map(answers);
  }

  /** What was last known, marked, where it may stand in for an answer; else why there is none. */
  staleOr(problem: SourceProblemError, localId: string): TaskAnswer {
    const { source, health, known, now } = this.#state;
    const task = known.get(localId);
    if (task === undefined || health.isRefused || !isPresentable(problem, known.knownAt(task), now()))
      return problem.notBefore(source.notAskedForMs?.() ?? 0);
    return markStale(task, task.observedAt);
  }

  /** Asks for tasks by id and takes the answers over. It never rejects. */
  async #readAll(ids: readonly string[], askedAt: number): Promise<ReadonlyMap<string, TaskAnswer>> {
    const { source, health, known, now, tell } = this.#state;
    const begun = performance.now();
    const answers = new Map<string, TaskAnswer>();
    try {
      const readings = await source.read(ids, requestOf(this.#state));
      const observedAt = now();
      for (const id of ids) {
        const reading = readings.get(id) ?? null;
        if (reading instanceof SourceProblemError) answers.set(id, this.staleOr(reading, id));
        else if (reading === null) known.gone(id, askedAt);
        else known.observe(reading, askedAt, observedAt, source.capabilities.list);
        if (!(reading instanceof SourceProblemError)) answers.set(id, known.get(id) ?? null);
      }
      const problems = [...readings.values()].filter((reading) => reading instanceof SourceProblemError);
      const latencyMs = Math.round(performance.now() - begun);
      if (problems.length < ids.length) health.succeeded(observedAt, latencyMs, problems[0]?.problem ?? null);
      else health.failed(problems[0]);
    } catch (error) {
      const problem = health.failed(error);
      for (const id of ids) answers.set(id, this.staleOr(problem, id));
    }
    tell();
    return answers;
  }
}
