/** What became of a request to act on a task. `refused`: its status would allow it, something else does not. */
export type ActionResult = 'accepted' | 'not-found' | 'wrong-status' | 'refused';
