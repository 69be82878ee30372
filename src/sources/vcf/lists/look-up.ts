import { SourceProblemError } from '../../../task/error/source-problem-error.js';
import { inOrder } from '../../../task/in-order.js';
import type { JsonObject } from '../../../task/scalars/json-object.js';
import type { TaskSourceProblem } from '../../../task/source/problem.js';
import type { VcfClient } from '../client.js';
import { isRefusal } from './is-refusal.js';

/** What became of looking tasks up by their ids. */
export interface LookedUp {
  readonly found: ReadonlyMap<string, JsonObject>;
  /** The list of tasks does not have them. */
  readonly absent: ReadonlySet<string>;
  /** The plane did not say. */
  readonly missed: readonly string[];
  /** Why not, of the first of them. */
  readonly problem: TaskSourceProblem | null;
}

/** At most so many tasks are asked for at a time. */
const readsAtOnce = 8;

/** One call for each id. Rejects only when the plane refuses the credentials. */
export async function lookUp(client: VcfClient, ids: readonly string[], signal: AbortSignal): Promise<LookedUp> {
  const found = new Map<string, JsonObject>();
  const absent = new Set<string>();
  const errors = new Map<string, SourceProblemError>();
  await inOrder(ids, readsAtOnce, async (id) => {
    try {
      const task = await client.task(id, signal);
      if (task === null) absent.add(id);
      else found.set(id, task);
    } catch (error) {
      if (!(error instanceof SourceProblemError) || isRefusal(error)) throw error;
      errors.set(id, error);
    }
  });
  const [first] = errors.values();
  return { found, absent, missed: [...errors.keys()], problem: first?.problem ?? null };
}
