import type { ActionRoom } from './action-room.js';

/** The room for a caller who may act on nothing, whatever right they are given while the operation lasts. */
export function readingOnly(room: ActionRoom): ActionRoom {
  const { caller } = room;
  return { ...room, caller: { id: caller.id, may: (right, sourceName) => right === 'read' && caller.may(right, sourceName) } };
}
