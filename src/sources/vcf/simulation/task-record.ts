import type { FailureBlueprint } from './blueprint.js';
import type { WireObject } from './wire-object.js';
import type { Spelling } from './status-spelling.js';

/** An ordinary task as the plane keeps it. */
export interface TaskRecord {
  /** As the list shows it. */
  readonly json: WireObject;
  readonly origin: TaskOrigin;
  /** How it may fail; null: it never does. */
  readonly failure: FailureBlueprint | null;
  readonly spelling: Spelling;
  /** `resting`: it stays as it is until somebody acts on it. */
  phase: 'resting' | 'waiting' | 'running' | 'retrying' | 'cancelling';
  /** What was planned for an earlier number no longer counts. */
  generation: number;
}

/** There from the start, begun by the plane since, or put in by a test. */
export type TaskOrigin = 'seed' | 'live' | 'test';

/** The share of runs that fail. What a test put in never fails when it is retried. */
export const failureChances: Readonly<Record<TaskOrigin, number>> = { seed: 0.15, live: 0.12, test: 0 };
