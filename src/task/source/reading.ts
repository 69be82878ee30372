import type { Task } from '../model/task.js';
import type { Translated } from '../model/translated.js';

/** One task as its plane sent it, checked but not yet translated. */
export interface Reading {
  /** The id at the plane. */
  readonly sourceTaskId: string;
  /** Two readings of a task say the same when these are equal, as `fingerprintOf` makes them; then nothing is translated again. */
  readonly fingerprint: string;
  /** Pure; never throws. */
  translate(): Translated<Task>;
}
