import type { Task } from './task.js';

/** A task as its source translates it; the view adds when it was read and when it was last seen to differ. */
export type Translated<T extends Task = Task> = Omit<T, 'changedAt' | 'observedAt'>;
