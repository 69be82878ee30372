import type { TaskStatus } from '../../model/task-status.js';

const statusByAstraState: Readonly<Record<AstraState, TaskStatus>> = {
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
export function toAstraTaskStatus(state: string | null, hasDetails: boolean): TaskStatus {
  if (state === null || !isAstraState(state)) return 'UNKNOWN';
  return state === 'completed' && hasDetails ? 'SUCCEEDED_WITH_WARNINGS' : statusByAstraState[state];
}

function isAstraState(text: string): text is AstraState {
  return Object.hasOwn(statusByAstraState, text);
}

/** Every state that the reference names. */
export type AstraState = 'notStarted' | 'running' | 'completed' | 'pausing' | 'paused' | 'cancelling' | 'cancelled' | 'failed';
