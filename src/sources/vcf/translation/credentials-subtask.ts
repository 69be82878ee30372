import { type Part, weigh } from './findings.js';
import type { VcfCredentialsSubtask } from '../types/credentials-subtask.js';
import { given, type WireCredentialsSubtask } from '../wire.js';

/** Translates subtasks of a credentials task to any depth. `path` is the names of those around them, outermost first. */
export function credentialsSubtasksOf(
  subtasks: readonly WireCredentialsSubtask[] | null | undefined,
  path: readonly string[],
): readonly Part<VcfCredentialsSubtask>[] {
  return (subtasks ?? []).map((subtask, index) => credentialsSubtaskOf(subtask, index, path));
}

function credentialsSubtaskOf(subtask: WireCredentialsSubtask, index: number, around: readonly string[]): Part<VcfCredentialsSubtask> {
  const name = given(subtask.name) ?? given(subtask.resourceName) ?? `Subtask ${index + 1}`;
  const path = [...around, name];
  const children = credentialsSubtasksOf(subtask.dependentSubTasks, path);
  const { progressing, findings } = weigh(subtask, path, children);
  const node: VcfCredentialsSubtask = {
    __typename: 'VcfCredentialsSubtask',
    sourceSubtaskId: given(subtask.id),
    name,
    description: given(subtask.description),
    operation: null,
    ...progressing,
    resourceName: given(subtask.resourceName),
    entityType: given(subtask.entityType),
    username: given(subtask.username),
    credentialType: given(subtask.credentialType),
    children: children.map((child) => child.node),
  };
  return { node, findings };
}
