import { canonicalStatus, type ErrorJson, filterObjects, formatInstant, type WireObject } from './wire-format.js';

/** A step: a leaf of the subtask tree, with its ancestors (outermost first). */
interface VcfStep {
  readonly node: WireObject;
  readonly ancestors: readonly WireObject[];
}

/** The leaves of a task's subtasks, in order. */
export function listSteps(parent: WireObject, ancestors: readonly WireObject[] = []): VcfStep[] {
  return filterObjects(parent['subTasks']).flatMap((node) => {
    const below = listSteps(node, [...ancestors, node]);
    return below.length === 0 ? [{ node, ancestors }] : below;
  });
}

/** The subtasks of a credentials task, each before those that depend on it. */
export function listCredentialsSteps(task: WireObject): VcfStep[] {
  const flat = (nodes: WireObject[]): WireObject[] => nodes.flatMap((node) => [node, ...flat(filterObjects(node['dependentSubTasks']))]);
  return flat(filterObjects(task['subTasks'])).map((node) => ({ node, ancestors: [] }));
}

const finished = new Set(['SUCCESSFUL', 'SKIPPED', 'NOT_APPLICABLE']);

/** Whether a retry skips it. */
export function isDone(node: WireObject): boolean {
  return finished.has(canonicalStatus(node['status']));
}

/** Resets a step for a retry. */
export function reset(step: VcfStep, at: number): void {
  for (const node of [...step.ancestors, step.node, ...filterObjects(step.node['stages'])]) {
    node['status'] = 'PENDING';
    node['completionTimestamp'] = formatInstant(at);
    delete node['errors'];
  }
}

export function begin(step: VcfStep, at: number): void {
  for (const node of [step.node, ...filterObjects(step.node['stages'])]) {
    node['status'] = 'IN_PROGRESS';
    node['creationTimestamp'] = formatInstant(at);
    delete node['completionTimestamp'];
  }
  for (const ancestor of step.ancestors) {
    if (canonicalStatus(ancestor['status']) === 'PENDING') ancestor['creationTimestamp'] = formatInstant(at);
    ancestor['status'] = 'IN_PROGRESS';
    delete ancestor['completionTimestamp'];
  }
}

/** Completes a step, and every ancestor whose parts are all complete. */
export function succeed(step: VcfStep, at: number): void {
  for (const node of [step.node, ...filterObjects(step.node['stages'])]) endStep(node, 'SUCCESSFUL', at);
  for (const ancestor of step.ancestors.toReversed()) {
    if (filterObjects(ancestor['subTasks']).every(isDone)) endStep(ancestor, 'SUCCESSFUL', at);
  }
}

/** Fails a step, its last stage and all its ancestors; only the step gets the error. */
export function fail(step: VcfStep, at: number, error: ErrorJson): void {
  const stages = filterObjects(step.node['stages']);
  for (const stage of stages.slice(0, -1)) endStep(stage, 'SUCCESSFUL', at);
  for (const node of [...stages.slice(-1), step.node, ...step.ancestors]) endStep(node, 'FAILED', at);
  step.node['errors'] = [error];
}

/** Cancels all unfinished steps. */
export function abandon(step: VcfStep, status: string, at: number): void {
  for (const node of [step.node, ...filterObjects(step.node['stages']), ...step.ancestors]) {
    if (!isDone(node)) endStep(node, status, at);
  }
}

function endStep(node: WireObject, status: string, at: number): void {
  node['status'] = status;
  node['completionTimestamp'] = formatInstant(at);
}

/** How a sequence of steps runs. */
interface StepRun {
  readonly scheduler: VirtualScheduler;
  readonly steps: readonly VcfStep[];
  /** Duration of all steps together, in milliseconds of the plane's time. */
  readonly durationMs: number;
  /** Which step fails, counted from 0, and with which error; null: none. */
  readonly failure: { readonly index: number; readonly error: ErrorJson } | null;
  /** False stops the run silently: the task was removed or changed. */
  readonly isStillCurrent: () => boolean;
  /** Called once, at the end. */
  readonly done: (result: 'SUCCESSFUL' | 'FAILED') => void;
}

/** Runs steps one after the other, in equal parts of the duration. Without steps, it only waits. */
export function runSteps(run: StepRun): void {
  const count = Math.max(1, run.steps.length);
  const stepMs = Math.floor(run.durationMs / count);
  const work = (index: number): void => {
    const step = run.steps[index];
    if (step !== undefined) begin(step, run.scheduler.now);
    run.scheduler.after(stepMs, () => {
      if (!run.isStillCurrent()) return;
      const error = run.failure?.index === index ? run.failure.error : null;
      if (step !== undefined && error !== null) fail(step, run.scheduler.now, error);
      else if (step !== undefined) succeed(step, run.scheduler.now);
      if (error !== null) run.done('FAILED');
      else if (index + 1 >= count) run.done('SUCCESSFUL');
      else work(index + 1);
    });
  };
  work(0);
}

/**
 * An event queue in the time of the plane. The same events happen at the same instants, however `advance` is divided.
 */
export class VirtualScheduler {
  #now: number;
  #sequence = 0;
  #entries: { readonly at: number; readonly sequence: number; readonly run: () => void }[] = [];

  /** Starts at an instant: milliseconds since 1970. */
  constructor(startsAt: number) {
    this.#now = startsAt;
  }

  /** The plane's time: milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  /** Schedules a function after this many milliseconds of the plane's time, at least one. */
  after(delayMs: number, run: () => void): void {
    this.#entries.push({ at: this.#now + Math.max(1, delayMs), sequence: this.#sequence++, run });
  }

  /**
   * Advances the time and runs the due functions, earliest first; those of one instant in the order in which they were
   * scheduled.
   */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#takeDue(end); next !== undefined; next = this.#takeDue(end)) {
      this.#now = next.at;
      next.run();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Cancels all scheduled functions. */
  clear(): void {
    this.#entries = [];
  }

  #takeDue(end: number) {
    const [next] = this.#entries.toSorted((a, b) => a.at - b.at || a.sequence - b.sequence);
    if (next === undefined || next.at > end) return undefined;
    this.#entries.splice(this.#entries.indexOf(next), 1);
    return next;
  }
}
