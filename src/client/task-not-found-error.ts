import { ClientError } from './client-error.js';

/** Thrown when there is no task with the id, or the caller may not read it. */
export class TaskNotFoundError extends ClientError {
  override readonly name = 'TaskNotFoundError';
  readonly code = 'TASK_NOT_FOUND';
  readonly taskId: string;

  constructor(taskId: string) {
    super(`There is no task ${taskId}, or you may not read it.`);
    this.taskId = taskId;
  }
}
