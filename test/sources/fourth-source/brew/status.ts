import type { TaskStatus } from '../../../../src/model/task-status.js';

type BrewState = 'waiting' | 'brewing' | 'done' | 'spilled';

const statuses: Readonly<Record<BrewState, TaskStatus>> = {
  waiting: 'PENDING',
  brewing: 'RUNNING',
  done: 'SUCCEEDED',
  spilled: 'FAILED',
};

/** The shared word for a state of the machine; UNKNOWN for any other. */
export function statusOf(state: string | null): TaskStatus {
  return state !== null && isBrewState(state) ? statuses[state] : 'UNKNOWN';
}

function isBrewState(text: string): text is BrewState {
  return Object.hasOwn(statuses, text);
}
