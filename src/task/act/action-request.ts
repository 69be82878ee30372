import type { ActionCommand } from './action-command.js';

/** One action on one task, as it was asked for. */
export interface ActionRequest {
  readonly mutation: string;
  readonly command: ActionCommand;
  readonly taskId: string;
  readonly reason: string | null;
  /** Of the idempotency key; null without one. */
  readonly claimId: string | null;
  /** Of the input field that names the task. */
  readonly path: readonly string[];
}
