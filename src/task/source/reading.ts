import type { Task } from '../model/task.js';
import type { Translated } from '../model/translated.js';

/** One task as its plane sent it, checked but not yet translated. */
export interface Reading {
  /** The id at the plane. */
  readonly sourceTaskId: string;
  /** Two readings of a task are the same when these are deeply equal; then the earlier translation is kept. */
  readonly fingerprint: unknown;
  /** Pure; never throws. */
  translate(): Translated<Task>;
}
