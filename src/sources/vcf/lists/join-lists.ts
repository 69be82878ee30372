import type { JsonObject } from '../../../model/scalars.js';
import { SourceProblemError, type TaskSourceProblem } from '../../../model/source-problem.js';
import type { Task } from '../../../model/task.js';
import { computeFingerprint, type ListResponse, type UntranslatedTask } from '../../source.js';
import type { VcfClient } from '../client.js';
import { splitPayload } from '../payload.js';
import { buildUntranslatedVcfTask } from '../task.js';
import { CollectedTasks } from './list-pages.js';

/** Tasks of GET /v1/tasks: all, or those of it that were looked at. */
export interface OrdinaryTaskList {
  readonly tasks: ReadonlyMap<string, JsonObject>;
  /** Undefined: it is not made yet. */
  readonly computeFingerprint: (id: string) => string | undefined;
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
  ordinary: OrdinaryTaskList,
  credentials: CredentialsList,
  { sourceName, maxItems, known, onlyCredentialsBefore }: JoinOptions,
): { readonly answer: ListResponse; readonly onlyCredentials: readonly string[] } {
  const theirs = credentials.isKnown ? credentials.collected : null;
  const readings: UntranslatedTask[] = [];
  for (const [id, task] of ordinary.tasks) {
    const credentialsTask = theirs === null ? splitPayload(known(id)?.payload).credentialsTask : (theirs.tasks.get(id) ?? null);
    const own = ordinary.computeFingerprint(id) ?? computeFingerprint(task);
    const other = credentialsTask === null ? '' : (theirs?.computeFingerprint(id) ?? computeFingerprint(credentialsTask));
    readings.push(buildUntranslatedVcfTask(sourceName, id, { task, credentialsTask }, `${own} ${other}`));
  }
  const room = maxItems === 0 ? Infinity : maxItems - readings.length;
  const onlyTheirs = [...(theirs?.tasks ?? [])].filter(([id]) => !ordinary.has(id));
  for (const [id, credentialsTask] of onlyTheirs.slice(0, room)) {
    readings.push(buildUntranslatedVcfTask(sourceName, id, { task: null, credentialsTask }, ` ${theirs?.computeFingerprint(id) ?? ''}`));
  }
  const onlyCredentials = theirs === null ? onlyCredentialsBefore.filter((id) => !ordinary.has(id)) : onlyTheirs.map(([id]) => id);
  return {
    answer: {
      tasks: readings,
      unchanged: theirs === null ? onlyCredentials : [],
      malformedCount: ordinary.malformedCount + (theirs?.malformedCount ?? 0),
      isComplete: ordinary.isComplete && credentials.isKnown && credentials.isComplete && onlyTheirs.length <= room,
      problem: ordinary.problem ?? (credentials.isKnown ? null : credentials.error.problem),
    },
    onlyCredentials,
  };
}

/** What became of GET /v1/credentials/tasks. */
export type CredentialsList =
  | {
      readonly isKnown: true;
      readonly collected: CollectedTasks;
      /** False when the plane counts more than it gave. */ readonly isComplete: boolean;
    }
  | { readonly isKnown: false; readonly error: SourceProblemError };

/** Asks once; it has no pages. A plane without the list has no credentials tasks. It never rejects for what the plane answers. */
export async function listCredentialsTasks(client: VcfClient, signal: AbortSignal): Promise<CredentialsList> {
  try {
    const collected = new CollectedTasks(0);
    const page = await client.credentialsTasks(signal);
    if (page !== null) collected.add(page.elements);
    return { isKnown: true, collected, isComplete: collected.size >= (page?.metadata.totalElements ?? 0) };
  } catch (error) {
    if (error instanceof SourceProblemError) return { isKnown: false, error };
    throw error;
  }
}
