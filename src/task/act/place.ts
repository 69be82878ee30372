import { parseId } from '../model/id.js';
import type { View } from '../read/view/view.js';
import type { TaskAnswer } from '../read/view/view-reads.js';
import type { ActionRoom } from './action-room.js';

/** Where a task lives. */
export interface Place {
  readonly view: View;
  /** The id at the plane. */
  readonly localId: string;
}

/** Null when the id is that of no source that the caller may read. */
export function placeOf(taskId: string, { views, caller }: ActionRoom): Place | null {
  const id = parseId(taskId);
  const view = id?.of === 'task' && caller.may('read', id.sourceName) ? views.get(id.sourceName) : undefined;
  return id?.of !== 'task' || view === undefined ? null : { view, localId: id.localId };
}

/** Reads the task; what is known may be so many milliseconds old. 0 asks for it now: what was asked for in this very millisecond will not do. */
export async function readTask({ view, localId }: Place, maxAgeMs: number, { now, forgotten }: ActionRoom): Promise<TaskAnswer> {
  const answers = await view.read([localId], { since: maxAgeMs === 0 ? now() + 1 : now(), maxAgeMs });
  return forgotten.standIn(view.source, localId, answers.get(localId) ?? null);
}

/** Reads tasks with the fewest calls, so that reading each of them at once afterwards costs none. */
export async function readTogether(taskIds: readonly string[], room: ActionRoom): Promise<void> {
  const idsByView = new Map<View, string[]>();
  for (const place of taskIds.flatMap((id) => placeOf(id, room) ?? [])) {
    idsByView.set(place.view, [...(idsByView.get(place.view) ?? []), place.localId]);
  }
  const freshness = { since: room.now(), maxAgeMs: room.maxAgeMs };
  await Promise.all([...idsByView].map(([view, ids]) => view.read(ids, freshness)));
}
