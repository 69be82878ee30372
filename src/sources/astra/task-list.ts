import { SourceProblemError, type TaskSourceProblem } from '../../model/source-problem.js';
import type { AstraClient, AstraTaskQuery } from './client.js';
import { type AstraWireItem, parseAstraTask } from './wire.js';

/** Tasks of a list, all pages together. */
export interface AstraTaskList {
  /** One for each id, in the order in which the ids came; of several with one id, the last. */
  readonly items: readonly AstraWireItem[];
  /** Items that could not be read. */
  readonly malformedCount: number;
  /** False when a limit cut it, or the plane did not give a page that it named. */
  readonly isComplete: boolean;
  readonly problem: TaskSourceProblem | null;
}

/** How much is read at most; 0 is no limit. */
export interface AstraListLimits {
  readonly maxPages: number;
  readonly maxItems: number;
}

/**
 * Reads the whole list. No `limit` is asked for: the plane declares no way to the page behind one. Where it names a next
 * page by itself, that is followed.
 */
export async function readAstraTaskList(
  client: AstraClient,
  query: Omit<AstraTaskQuery, 'continueToken'>,
  { maxPages, maxItems }: AstraListLimits,
  signal: AbortSignal,
): Promise<AstraTaskList> {
  const raw: unknown[] = [];
  const tokens = new Set<string>();
  const answer = (isComplete: boolean, problem: TaskSourceProblem | null): AstraTaskList => ({ ...parseItems(raw), isComplete, problem });
  for (let pages = 1, token: string | undefined; ; pages++) {
    const page = await client.list(token === undefined ? query : { ...query, continueToken: token }, signal);
    if (page === null) return answer(false, createProblem('HTTP_STATUS', 'The plane named a further page and does not give it.', 400));
    const isCut = maxItems > 0 && raw.length + page.items.length > maxItems;
    for (const item of isCut ? page.items.slice(0, maxItems - raw.length) : page.items) raw.push(item);
    if (isCut) return answer(false, null);
    if (page.continueToken === null) return answer(true, null);
    if (tokens.has(page.continueToken))
      return answer(false, createProblem('MALFORMED_RESPONSE', 'The plane named the same page twice.', 200));
    if (maxPages > 0 && pages >= maxPages) return answer(false, null);
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
