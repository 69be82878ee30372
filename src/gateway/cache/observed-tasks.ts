import { isDeepStrictEqual } from 'node:util';

import {
  mergePartStarts,
  mergeStarts,
  observeNewParts,
  observeParts,
  observeStart,
  type TaskLifecycle,
} from '../../model/task-lifecycle.js';
import { implausibleTimesWarnings } from '../../model/task-warning.js';
import type { Task, TranslatedTask } from '../../model/task.js';
import type { UntranslatedTask } from '../../sources/source.js';

/** What was recorded of a task before this process started. */
export interface RecordedStarts {
  /** Undefined: nothing that the cache does not know. */
  readonly observedStart: number | null | undefined;
  /** Its parts as they were recorded. */
  readonly parts: readonly TaskLifecycle[];
}

/**
 * A task as it was read, with what its earlier state tells: the same object as before where the plane says the same of it.
 * Unlike `isSameTask`, this also compares the warnings that the gateway adds itself: a different one is no change of the
 * task, but it must be shown.
 */
export function translateObserved(read: UntranslatedTask, before: Task | undefined, observedAt: number): Task {
  const translated = read.translate();
  const observedStart = observeStart(before, translated, observedAt);
  // It is completed in place: copies with more members have no shape in common, and take several times the memory.
  if (observedStart !== undefined) translated.observedStart = observedStart;
  observeNewParts(translated.id, translated.parts, before?.parts, observedAt);
  const timeWarnings = implausibleTimesWarnings(translated);
  if (timeWarnings.length > 0) translated.warnings = [...translated.warnings, ...timeWarnings];
  const task: Task = Object.assign(translated, {
    changedAt: before?.changedAt ?? observedAt,
    observedAt: before?.observedAt ?? observedAt,
  });
  if (before === undefined) return task;
  // The fingerprint also differs when the plane sends the same fields in another order.
  if (isDeepStrictEqual(before, task)) return before;
  task.changedAt = observedAt;
  task.observedAt = observedAt;
  return task;
}

/** A task as another replica read it, which may have seen less of the work than this one. */
export function observeShared(received: Task, before: Task | undefined): Task {
  return withStarts(received, observe(received, before, received.observedAt));
}

/** A task with the starts that were recorded; the same object where they add nothing. */
export function correctTaskStarts(task: Task, { observedStart, parts: recordedParts }: RecordedStarts): Task {
  const parts = mergePartStarts(task.parts, observeParts(task.id, task.parts, recordedParts, task.changedAt));
  const corrected = { ...task, ...(observedStart === undefined ? {} : { observedStart }), parts };
  return isDeepStrictEqual(task, corrected) ? task : corrected;
}

/** The task with what its earlier state tells about the start of its work. */
function observe(task: TranslatedTask, before: Task | undefined, at: number): TranslatedTask {
  const observedStart = observeStart(before, task, at);
  const parts = observeParts(task.id, task.parts, before?.parts, at);
  return observedStart === undefined ? { ...task, parts } : { ...task, parts, observedStart };
}

/** The task with the starts that this or, where it lacks them, the other observer of the same state saw. */
export function withStarts(task: Task, other: TranslatedTask): Task {
  return { ...task, ...mergeStarts(task, other), parts: mergePartStarts(task.parts, other.parts) };
}
