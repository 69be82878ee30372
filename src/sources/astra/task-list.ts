import { SourceProblemError, type TaskSourceProblem } from '../../model/source-problem.js';
import type { ListLimits } from '../../upstream/connections.js';
import type { AstraClient, AstraTaskQuery } from './client.js';
import { type AstraWireItem, parseAstraTask } from './wire.js';

/** The tasks of a list, from all its pages. */
export interface AstraTaskList {
  /** One for each id, in the order in which the ids came; the last of several with one id. */
  readonly items: readonly AstraWireItem[];
  /** Items that could not be read. */
  readonly malformedCount: number;
  /** False when a limit cut the list, or the plane did not send a page that it announced. */
  readonly isComplete: boolean;
  readonly problem: TaskSourceProblem | null;
}

/**
 * Reads the whole list. It sends no `limit`, because the plane documents no way to the page after it. Where the plane
 * announces a next page on its own, that page is read.
 */
export async function readAstraTaskList(
  client: AstraClient,
  query: Omit<AstraTaskQuery, 'continueToken'>,
  { maxPages, maxItems }: ListLimits,
  signal: AbortSignal,
): Promise<AstraTaskList> {
  const raw: unknown[] = [];
  const tokens = new Set<string>();
  const finish = (isComplete: boolean, problem: TaskSourceProblem | null): AstraTaskList => ({ ...parseItems(raw), isComplete, problem });
  for (let pages = 1, token: string | undefined; ; pages++) {
    const page = await client.list(token === undefined ? query : { ...query, continueToken: token }, signal);
    if (page === null) return finish(false, createProblem('HTTP_STATUS', 'The plane named a further page and does not give it.', 400));
    const isCut = maxItems > 0 && raw.length + page.items.length > maxItems;
    for (const item of isCut ? page.items.slice(0, maxItems - raw.length) : page.items) raw.push(item);
    if (isCut) return finish(false, null);
    if (page.continueToken === null) return finish(true, null);
    if (tokens.has(page.continueToken))
      return finish(false, createProblem('MALFORMED_RESPONSE', 'The plane named the same page twice.', 200));
    if (maxPages > 0 && pages >= maxPages) return finish(false, null);
    token = page.continueToken;
    tokens.add(token);
  }
}

function parseItems(raw: readonly unknown[]): Pick<AstraTaskList, 'items' | 'malformedCount'> {
  const byId = new Map<string, AstraWireItem>();
  let malformedCount = 0;
  for (const value of raw) {
    const item = parseAstraTask(value);
    if (item === null) malformedCount++;
    else byId.set(item.task.id, item);
  }
  return { items: [...byId.values()], malformedCount };
}

function createProblem(kind: 'HTTP_STATUS' | 'MALFORMED_RESPONSE', message: string, httpStatus: number): TaskSourceProblem {
  return new SourceProblemError(kind, message, { httpStatus }).problem;
}
