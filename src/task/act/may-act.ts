import type { ActionCommand } from './action-command.js';
import type { ActionRoom } from './action-room.js';
import { placeOf } from './place.js';
import { rightToAct } from './right-to-act.js';

/**
 * Whether the caller may ask for the action at all, whatever the task: there is such a source, they may read it and act on it, and
 * where it takes callers' own tokens, they sent one.
 */
export function mayAct({ action }: ActionCommand, taskId: string, room: ActionRoom): boolean {
  const name = placeOf(taskId, room)?.view.source.name;
  if (name === undefined || !room.caller.may(rightToAct[action], name)) return false;
  return !room.takesOwnTokens(name) || room.caller.sourceToken?.(name) != null;
}
