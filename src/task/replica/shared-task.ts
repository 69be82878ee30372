import type { Task } from '../model/task.js';

/** What one process knows of a task, for all others. */
export type SharedTask = {
  /** The id at the plane. */
  readonly localId: string;
  /** When the plane was asked, in milliseconds since 1970: an answer to an older question never replaces a newer one. */
  readonly askedAt: number;
} & (
  | { readonly is: 'there'; readonly task: Task; readonly isListed: boolean }
  /** The plane no longer has it. */
  | { readonly is: 'gone' }
  /** It is no longer tracked. */
  | { readonly is: 'left' }
);
