import { ClientError } from './client-error.js';
import type { TaskRow } from './task-row.js';

/** Thrown when the plane no longer has a task that was waited for, and had not finished it when it was last seen. */
export class TaskGoneError extends ClientError {
  override readonly name = 'TaskGoneError';
  readonly code = 'TASK_GONE';
  /** As it was last known. */
  readonly task: TaskRow;

  constructor(task: TaskRow) {
    super(`Its plane no longer has the task ${task.id}; it was ${task.status} when it was last seen.`);
    this.task = task;
  }
}
