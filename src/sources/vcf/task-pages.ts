import type { VcfClient } from './client.js';
import { type ListLimits, pageSize, PageWalk, type TaskList } from './page-walk.js';

/**
 * Walks the pages of GET /v1/tasks. Whether they count from 0 or 1 is not documented: the first one is asked for without a
 * number, and its metadata tells. A SourceProblemError when the first page fails, or the plane refuses the credentials.
 */
export async function listTasks(client: VcfClient, limits: ListLimits, signal: AbortSignal): Promise<TaskList> {
  const walk = new PageWalk(client, limits, signal);
  const first = await walk.ask(null);
  const { pageNumber, totalPages, totalElements } = first.metadata;
  if (totalPages !== null && (pageNumber === 0 || pageNumber === 1)) await walk.restOf(pageNumber);
  else if (totalPages === null && totalElements === null ? first.elements.length === pageSize : walk.misses) await walk.probe();
  return walk.result();
}
