import type { Task } from '../../../task/model/task.js';
import type { VcfCredentialsElementInput } from '../types/credentials-element-input.js';
import type { VcfCredentialsSubtask } from '../types/credentials-subtask.js';

/**
 * What a retry has to name: the credential of each failed subtask, or, where one has not failed itself, of those that
 * depend on it. Null when one of them does not say which it is: a retry that leaves one out would look complete.
 */
export function failedCredentialsOf(parts: Task['parts']): readonly VcfCredentialsElementInput[] | null {
  const elements: VcfCredentialsElementInput[] = [];
  for (const subtask of failed(parts.filter(isCredentialsSubtask))) {
    const { resourceName, entityType: resourceType, credentialType, username } = subtask;
    if (resourceName === null || resourceType === null || username === null) return null;
    elements.push({ resourceName, resourceType, credentialType, username });
  }
  return elements;
}

function failed(subtasks: readonly VcfCredentialsSubtask[]): readonly VcfCredentialsSubtask[] {
  return subtasks.flatMap((subtask) => (subtask.status === 'FAILED' ? [subtask] : failed(subtask.children)));
}

function isCredentialsSubtask(part: Task['parts'][number]): part is VcfCredentialsSubtask {
  return part.__typename === 'VcfCredentialsSubtask';
}
