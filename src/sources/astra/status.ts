import type { TaskStatus } from '../../task/model/status.js';
import type { AstraState } from './state.js';

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
