import type { Task } from '../../task/model/task.js';
import type { Reading } from '../../task/source/reading.js';
import type { ListAnswer } from '../../task/source/source.js';
import type { CredentialsList } from './credentials-list.js';
import type { TaskList } from './page-walk.js';
import { partsOf } from './payload.js';
import { readingOf } from './reading.js';

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
  tasks: TaskList,
  credentials: CredentialsList,
  { sourceName, maxItems, known, onlyCredentialsBefore }: JoinOptions,
): { readonly answer: ListAnswer; readonly onlyCredentials: readonly string[] } {
  const ordinary = tasks.collected.tasks;
  const theirs = credentials.isKnown ? credentials.collected.tasks : null;
  const readings: Reading[] = [];
  for (const [id, task] of ordinary) {
    const credentialsTask = theirs === null ? partsOf(known(id)?.payload).credentialsTask : (theirs.get(id) ?? null);
    readings.push(readingOf(sourceName, id, { task, credentialsTask }));
  }
  const room = maxItems === 0 ? Infinity : maxItems - readings.length;
  const onlyTheirs = [...(theirs ?? [])].filter(([id]) => !ordinary.has(id));
  for (const [id, credentialsTask] of onlyTheirs.slice(0, room)) readings.push(readingOf(sourceName, id, { task: null, credentialsTask }));
  const onlyCredentials = theirs === null ? onlyCredentialsBefore.filter((id) => !ordinary.has(id)) : onlyTheirs.map(([id]) => id);
  return {
    answer: {
      readings,
      unchanged: theirs === null ? onlyCredentials : [],
      malformedCount: tasks.collected.malformedCount + (credentials.isKnown ? credentials.collected.malformedCount : 0),
      isComplete: tasks.isComplete && credentials.isKnown && credentials.isComplete && onlyTheirs.length <= room,
      problem: tasks.problem ?? (credentials.isKnown ? null : credentials.error.problem),
    },
    onlyCredentials,
  };
}
