import type { Steps } from '../../../lib/slices.js';
import { SourceProblemError, type TaskSourceProblem } from '../../../model/source-problem.js';
import type { Task } from '../../../model/task.js';
import { type ListResponse, readInSlices, type UntranslatedTask } from '../../source.js';
import type { VcfClient } from '../client.js';
import { splitPayload } from '../payload.js';
import { buildUntranslatedVcfTask, toElement } from '../task.js';
import type { VcfElement, VcfWirePage } from '../wire.js';
import { ListedTasks } from './list-pages.js';

/** Tasks of GET /v1/tasks: all of them, or those that a refresh has read. */
export interface OrdinaryTaskList {
  readonly tasks: ReadonlyMap<string, VcfElement>;
  /** Whether the list has this task, also where it was not read this time. */
  readonly has: (id: string) => boolean;
  readonly malformedCount: number;
  readonly isComplete: boolean;
  readonly problem: TaskSourceProblem | null;
}

/** The result of GET /v1/credentials/tasks. */
export type CredentialsList =
  | {
      readonly kind: 'read';
      readonly listed: ListedTasks;
      /** Null: the plane has no such list. */
      readonly page: VcfWirePage | null;
      /** False when the plane reports more than it sent. */
      readonly isComplete: boolean;
    }
  | { readonly kind: 'failed'; readonly error: SourceProblemError };

/**
 * Reads the credentials tasks with one call, because that list has no pages. A plane without this route has no
 * credentials tasks.
 */
export async function readCredentialsList(client: VcfClient, signal: AbortSignal): Promise<CredentialsList> {
  try {
    const listed = new ListedTasks(0);
    const page = await client.credentialsTasks(signal);
    if (page !== null) await readInSlices(listed.addInSteps(page), signal);
    return { kind: 'read', listed, page, isComplete: !listed.isCut && listed.size >= (page?.metadata.totalElements ?? 0) };
  } catch (error) {
    if (error instanceof SourceProblemError) return { kind: 'failed', error };
    throw error;
  }
}

interface JoinOptions {
  readonly sourceName: string;
  /** Tasks of both lists together; 0 is no limit. */
  readonly maxItems: number;
  readonly cachedTask: (id: string) => Task | undefined;
  /** Wraps a task that is no credentials task. */
  readonly buildOrdinary: (task: VcfElement) => UntranslatedTask;
  /** Ids that only the credentials list had when it was last read. */
  readonly credentialsOnlyIds: readonly string[];
}

/**
 * Joins both lists by id. Where the credentials list failed, the cached credentials tasks are used, and tasks that only
 * that list had are unread.
 */
export function* joinLists(
  ordinary: OrdinaryTaskList,
  credentials: CredentialsList,
  { sourceName, maxItems, cachedTask, buildOrdinary, credentialsOnlyIds: previousOnlyIds }: JoinOptions,
): Steps<{ readonly list: ListResponse; readonly credentialsOnlyIds: readonly string[] }> {
  const listed = credentials.kind === 'read' ? credentials.listed : null;
  const tasks: UntranslatedTask[] = [];
  for (const [id, task] of ordinary.tasks) {
    const cached = listed === null ? splitPayload(cachedTask(id)?.payload).credentialsTask : null;
    const credentialsTask = cached === null ? (listed?.byId.get(id) ?? null) : toElement(id, cached);
    tasks.push(credentialsTask === null ? buildOrdinary(task) : buildUntranslatedVcfTask(sourceName, id, task, credentialsTask));
    yield;
  }
  const remaining = maxItems === 0 ? Infinity : Math.max(0, maxItems - tasks.length);
  const credentialsOnlyIds: string[] = [];
  for (const [id, credentialsTask] of listed?.byId ?? []) {
    yield;
    if (ordinary.has(id)) continue;
    credentialsOnlyIds.push(id);
    if (credentialsOnlyIds.length <= remaining) tasks.push(buildUntranslatedVcfTask(sourceName, id, null, credentialsTask));
  }
  const isWhole = credentialsOnlyIds.length <= remaining;
  if (listed === null) for (const id of previousOnlyIds) if (!ordinary.has(id)) credentialsOnlyIds.push(id);
  return {
    list: {
      tasks,
      unchangedIds: [],
      unreadIds: listed === null ? credentialsOnlyIds : [],
      malformedCount: ordinary.malformedCount + (listed?.malformedCount ?? 0),
      isComplete: ordinary.isComplete && credentials.kind === 'read' && credentials.isComplete && isWhole,
      problem: ordinary.problem ?? (credentials.kind === 'read' ? null : credentials.error.problem),
    },
    credentialsOnlyIds,
  };
}
