import { instantText } from './instant-text.js';
import { type WireObject, objectsIn } from './wire-object.js';
import { canonicalStatus } from './status-spelling.js';
import type { ErrorJson } from './wire-json.js';

/** A piece of work: a leaf of a subtask tree, below these subtasks (outermost first). */
export interface Step {
  readonly node: WireObject;
  readonly ancestors: readonly WireObject[];
}

/** The leaves of a task's subtasks, in order. */
export function stepsOf(parent: WireObject, ancestors: readonly WireObject[] = []): Step[] {
  return objectsIn(parent['subTasks']).flatMap((node) => {
    const below = stepsOf(node, [...ancestors, node]);
    return below.length === 0 ? [{ node, ancestors }] : below;
  });
}

/** The subtasks of a credentials task, each before those that depend on it. */
export function credentialsStepsOf(task: WireObject): Step[] {
  const flat = (nodes: WireObject[]): WireObject[] => nodes.flatMap((node) => [node, ...flat(objectsIn(node['dependentSubTasks']))]);
  return flat(objectsIn(task['subTasks'])).map((node) => ({ node, ancestors: [] }));
}

const finished = new Set(['SUCCESSFUL', 'SKIPPED', 'NOT_APPLICABLE']);

/** Whether it need not be done again by a retry. */
export function isDone(node: WireObject): boolean {
  return finished.has(canonicalStatus(node['status']));
}

/** Back to the beginning, for a retry. */
export function reset(step: Step, at: number): void {
  for (const node of [...step.ancestors, step.node, ...objectsIn(step.node['stages'])]) {
    node['status'] = 'PENDING';
    node['completionTimestamp'] = instantText(at);
    delete node['errors'];
  }
}

export function begin(step: Step, at: number): void {
  for (const node of [step.node, ...objectsIn(step.node['stages'])]) {
    node['status'] = 'IN_PROGRESS';
    node['creationTimestamp'] = instantText(at);
    delete node['completionTimestamp'];
  }
  for (const ancestor of step.ancestors) {
    if (canonicalStatus(ancestor['status']) === 'PENDING') ancestor['creationTimestamp'] = instantText(at);
    ancestor['status'] = 'IN_PROGRESS';
    delete ancestor['completionTimestamp'];
  }
}

/** Ends it well, and every subtask above it whose parts are all done. */
export function succeed(step: Step, at: number): void {
  for (const node of [step.node, ...objectsIn(step.node['stages'])]) finish(node, 'SUCCESSFUL', at);
  for (const ancestor of step.ancestors.toReversed()) {
    if (objectsIn(ancestor['subTasks']).every(isDone)) finish(ancestor, 'SUCCESSFUL', at);
  }
}

/** Ends it, its last stage and every subtask above it as failed; the error stays with the step itself. */
export function fail(step: Step, at: number, error: ErrorJson): void {
  const stages = objectsIn(step.node['stages']);
  for (const stage of stages.slice(0, -1)) finish(stage, 'SUCCESSFUL', at);
  for (const node of [...stages.slice(-1), step.node, ...step.ancestors]) finish(node, 'FAILED', at);
  step.node['errors'] = [error];
}

/** Ends what has not been done when a task is cancelled. */
export function abandon(step: Step, status: string, at: number): void {
  for (const node of [step.node, ...objectsIn(step.node['stages']), ...step.ancestors]) {
    if (!isDone(node)) finish(node, status, at);
  }
}

function finish(node: WireObject, status: string, at: number): void {
  node['status'] = status;
  node['completionTimestamp'] = instantText(at);
}
