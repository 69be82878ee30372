import type { TaskStatus } from '../../task/model/status.js';

/** Every state that the reference names. */
export type AstraState = 'notStarted' | 'running' | 'completed' | 'pausing' | 'paused' | 'cancelling' | 'cancelled' | 'failed';

const statuses: Readonly<Record<AstraState, TaskStatus>> = {
  notStarted: 'PENDING',
  running: 'RUNNING',
  pausing: 'PAUSING',
  paused: 'PAUSED',
  cancelling: 'CANCELLING',
  cancelled: 'CANCELLED',
  completed: 'SUCCEEDED',
  failed: 'FAILED',
};

/** The status that a state stands for; a completed task that still has details has warnings. UNKNOWN for any other word. */
export function statusOf(state: string | null, hasDetails: boolean): TaskStatus {
  if (state === null || !isState(state)) return 'UNKNOWN';
  return state === 'completed' && hasDetails ? 'SUCCEEDED_WITH_WARNINGS' : statuses[state];
}

function isState(text: string): text is AstraState {
  return Object.hasOwn(statuses, text);
}
