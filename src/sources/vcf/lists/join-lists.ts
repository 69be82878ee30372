import type { JsonObject } from '../../../task/scalars/json-object.js';
import type { Task } from '../../../task/model/task.js';
import type { TaskSourceProblem } from '../../../task/source/problem.js';
import { fingerprintOf } from '../../../task/source/fingerprint-of.js';
import type { Reading } from '../../../task/source/reading.js';
import type { ListAnswer } from '../../../task/source/source.js';
import type { CredentialsList } from './credentials-list.js';
import { partsOf } from '../translation/payload.js';
import { readingOf } from './reading.js';

/** Tasks of GET /v1/tasks: all, or those of it that were looked at. */
export interface OrdinaryTasks {
  readonly tasks: ReadonlyMap<string, JsonObject>;
  /** Undefined: it is not made yet. */
  readonly fingerprintOf: (id: string) => string | undefined;
  /** Whether a task is in that list, looked at or not. */
  readonly has: (id: string) => boolean;
  readonly malformedCount: number;
  readonly isComplete: boolean;
  readonly problem: TaskSourceProblem | null;
}

interface JoinOptions {
  readonly sourceName: string;
  /** Tasks of both lists together; 0 is no limit. */
  readonly maxItems: number;
  readonly known: (id: string) => Task | undefined;
  /** Ids that the credentials list alone had when it last answered. */
  readonly onlyCredentialsBefore: readonly string[];
}

/**
 * Makes one list of two. A task of both is one task. Where the credentials list did not answer, what was last known of the
 * credentials side is kept, and tasks that only it had are still there.
 */
export function joinLists(
  ordinary: OrdinaryTasks,
  credentials: CredentialsList,
  { sourceName, maxItems, known, onlyCredentialsBefore }: JoinOptions,
): { readonly answer: ListAnswer; readonly onlyCredentials: readonly string[] } {
  const theirs = credentials.isKnown ? credentials.collected : null;
  const readings: Reading[] = [];
  for (const [id, task] of ordinary.tasks) {
    const credentialsTask = theirs === null ? partsOf(known(id)?.payload).credentialsTask : (theirs.tasks.get(id) ?? null);
    const own = ordinary.fingerprintOf(id) ?? fingerprintOf(task);
    const other = credentialsTask === null ? '' : (theirs?.fingerprintOf(id) ?? fingerprintOf(credentialsTask));
    readings.push(readingOf(sourceName, id, { task, credentialsTask }, `${own} ${other}`));
  }
  const room = maxItems === 0 ? Infinity : maxItems - readings.length;
  const onlyTheirs = [...(theirs?.tasks ?? [])].filter(([id]) => !ordinary.has(id));
  for (const [id, credentialsTask] of onlyTheirs.slice(0, room)) {
    readings.push(readingOf(sourceName, id, { task: null, credentialsTask }, ` ${theirs?.fingerprintOf(id) ?? ''}`));
  }
  const onlyCredentials = theirs === null ? onlyCredentialsBefore.filter((id) => !ordinary.has(id)) : onlyTheirs.map(([id]) => id);
  return {
    answer: {
      readings,
      unchanged: theirs === null ? onlyCredentials : [],
      malformedCount: ordinary.malformedCount + (theirs?.malformedCount ?? 0),
      isComplete: ordinary.isComplete && credentials.isKnown && credentials.isComplete && onlyTheirs.length <= room,
      problem: ordinary.problem ?? (credentials.isKnown ? null : credentials.error.problem),
    },
    onlyCredentials,
  };
}
