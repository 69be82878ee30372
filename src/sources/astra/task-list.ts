import { SourceProblemError } from '../../task/error/source-problem-error.js';
import type { TaskSourceProblem } from '../../task/source/problem.js';
import type { AstraClient, TaskQuery } from './client.js';
import { readTask, type WireItem } from './wire.js';

/** Tasks of a list, all pages together. */
export interface TaskList {
  /** One for each id, in the order in which the ids came; of several with one id, the last. */
  readonly items: readonly WireItem[];
  /** Items that could not be read. */
  readonly malformedCount: number;
  /** False when a limit cut it, or the plane did not give a page that it named. */
  readonly isComplete: boolean;
  readonly problem: TaskSourceProblem | null;
}

/** How much is read at most; 0 is no limit. */
export interface ListLimits {
  readonly maxPages: number;
  readonly maxItems: number;
}

/**
 * Reads the whole list. No `limit` is asked for: the plane declares no way to the page behind one. Where it names a next
 * page by itself, that is followed.
 */
export async function readTaskList(
  client: AstraClient,
  query: Omit<TaskQuery, 'continueToken'>,
  { maxPages, maxItems }: ListLimits,
  signal: AbortSignal,
): Promise<TaskList> {
  const raw: unknown[] = [];
  const tokens = new Set<string>();
  const answer = (isComplete: boolean, problem: TaskSourceProblem | null): TaskList => ({ ...readItems(raw), isComplete, problem });
  for (let pages = 1, token: string | undefined; ; pages++) {
    const page = await client.list(token === undefined ? query : { ...query, continueToken: token }, signal);
    if (page === null) return answer(false, problem('HTTP_STATUS', 'The plane named a further page and does not give it.', 400));
    const isCut = maxItems > 0 && raw.length + page.items.length > maxItems;
    for (const item of isCut ? page.items.slice(0, maxItems - raw.length) : page.items) raw.push(item);
    if (isCut) return answer(false, null);
    if (page.continueToken === null) return answer(true, null);
    if (tokens.has(page.continueToken)) return answer(false, problem('MALFORMED_RESPONSE', 'The plane named the same page twice.', 200));
    if (maxPages > 0 && pages >= maxPages) return answer(false, null);
    token = page.continueToken;
    tokens.add(token);
  }
}

function readItems(raw: readonly unknown[]): Pick<TaskList, 'items' | 'malformedCount'> {
  const byId = new Map<string, WireItem>();
  let malformedCount = 0;
  for (const value of raw) {
    const item = readTask(value);
    if (item === null) malformedCount++;
    else byId.set(item.task.id, item);
  }
  return { items: [...byId.values()], malformedCount };
}

function problem(kind: 'HTTP_STATUS' | 'MALFORMED_RESPONSE', message: string, httpStatus: number): TaskSourceProblem {
  return new SourceProblemError(kind, message, { httpStatus }).problem;
}
