import type { Task } from '../../model/task.js';
import type { ListAnswer, ReadRequest, Source } from '../../source/source.js';

/** Where the ids that are tracked come from, and where it is told that they do not come. */
export interface Tracked {
  trackedIds(): Promise<readonly string[]>;
  report(error: unknown): void;
}

/**
 * The list of a source. When the tracked ids of a plane that cannot list are not to be had, those of the list as it is known are
 * asked for, and the answer has a problem and is not complete. Rejects only as the source does.
 */
export async function listSource(
  source: Source,
  request: ReadRequest,
  known: readonly Pick<Task, 'sourceTaskId'>[],
  { trackedIds, report }: Tracked,
): Promise<ListAnswer> {
  if (source.capabilities.list) return source.list({ ...request, trackedIds: [] });
  let ids: readonly string[];
  try {
    ids = await trackedIds();
  } catch (error) {
    report(error);
    const answer = await source.list({ ...request, trackedIds: known.map((task) => task.sourceTaskId) });
    const message = 'The gateway cannot read its store now: tasks that are tracked may be missing.';
    return { ...answer, isComplete: false, problem: answer.problem ?? { kind: 'OTHER', message, httpStatus: null, referenceToken: null } };
  }
  return source.list({ ...request, trackedIds: ids });
}
