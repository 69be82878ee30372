import type { Random } from '../../../simulation/random.js';
import type { Blueprint, FailureBlueprint } from './blueprint.js';
import { buildErrors, buildTask } from './build-task.js';
import { instantText } from './instant-text.js';
import type { WireObject } from './wire-object.js';
import type { Site } from './site.js';
import { canonicalStatus } from './status-spelling.js';
import { abandon, begin, fail, stepsOf, succeed } from './steps.js';
import type { TaskJson } from './wire-json.js';

/** An ordinary task of the start. */
export interface SeedTask {
  readonly json: WireObject & { readonly id: string };
  readonly failure: FailureBlueprint | null;
  /** Milliseconds until it goes on by itself; null: it does not. */
  readonly startsInMs: number | null;
  /** Milliseconds that what is left of it takes; as chance has it where absent. */
  readonly durationMs?: number;
}

/** How far a task had come when the simulation began. */
export interface Past {
  /** In the spelling of the list. */
  readonly status: string;
  /** Minutes since it was created. */
  readonly minutesAgo: number;
  /** The share of its steps that were done, from 0 to 1; those of a successful task all are. */
  readonly share?: number;
  /** A task that sample operations name: it has the same id with every seed, and does not fail while it runs. */
  readonly label?: string;
  /** Minutes that what is left of it takes; as chance has it where absent. */
  readonly minutesLeft?: number;
}

/** A task with a past. `now` in milliseconds since 1970. */
export function seedTask(blueprint: Blueprint, site: Site, random: Random, now: number, past: Past): TaskJson {
  const createdAt = now - past.minutesAgo * 60_000 - random.between(0, 20_000);
  const task = buildTask(blueprint, site, random, createdAt);
  if (past.label !== undefined) task.id = site.taskIdOf(past.label);
  task.status = past.status;
  const steps = stepsOf(task);
  const status = canonicalStatus(past.status);
  const isSuccess = status === 'SUCCESSFUL' || status === 'COMPLETED_WITH_WARNING';
  const doneCount = isSuccess ? steps.length : Math.floor(steps.length * (past.share ?? 0));
  // What is done took at most 80 s a step, and ended before now.
  const stepMs = Math.min(random.between(15_000, 80_000), Math.floor((now - createdAt) / (steps.length + 1)));
  for (const [index, step] of steps.slice(0, doneCount).entries()) {
    begin(step, createdAt + index * stepMs);
    succeed(step, createdAt + (index + 1) * stepMs);
  }
  if (unfinished.has(status)) return { ...task, isCancellable: status === 'IN_PROGRESS' };
  const endedAt = createdAt + (doneCount + 1) * stepMs;
  const failing = steps[doneCount];
  if ((status === 'FAILED' || status === 'TIMED_OUT') && failing !== undefined) {
    const failure = status === 'FAILED' ? blueprint.failure : timeout(blueprint.failure);
    const errors = buildErrors(failure, task.resources?.[0]?.fqdn ?? task.resources?.[0]?.name ?? task.name, random);
    begin(failing, endedAt - stepMs);
    fail(failing, endedAt, errors.step);
    task.errors = [errors.task];
  } else {
    for (const step of steps.slice(doneCount)) abandon(step, 'SKIPPED', endedAt);
  }
  return {
    ...task,
    completionTimestamp: instantText(endedAt),
    isRetryable: status === 'FAILED',
    resolutionStatus: status === 'CANCELLED' ? 'RESOLVED' : 'UNRESOLVED',
  };
}

const unfinished = new Set(['PENDING', 'QUEUED', 'IN_PROGRESS', 'AWAITING_APPROVAL']);

/** Why work of this kind timed out: a step of it never came back. */
function timeout({ errorCode, remediation }: FailureBlueprint): FailureBlueprint {
  const operation = errorCode.replace(/_FAILED$/, '');
  return {
    errorCode: `${operation}_TIMED_OUT`,
    message: 'The work on {} took longer than it may',
    remediation,
    because: {
      errorCode: `${operation}_STEP_TIMED_OUT`,
      message: 'A step that works on {} did not end in time',
      cause: 'No answer from {} for 3600 seconds',
    },
  };
}
