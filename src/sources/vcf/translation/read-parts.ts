import { readItem } from '../../../task/source/read-item.js';
import type { WireParts } from './payload.js';
import { type WireCredentialsTask, wireCredentialsTask, type WireTask, wireTask } from '../wire.js';

/** Both sides of a task in the shape that the translation relies on. */
export interface ReadParts {
  readonly task: WireTask | null;
  readonly credentialsTask: WireCredentialsTask | null;
  /** What did not fit and was dropped, in the plane's names. */
  readonly oddFields: readonly string[];
}

/** Reads what a plane sent of a task. A side that cannot be read at all keeps its id alone. */
export function readParts(id: string, parts: WireParts): ReadParts {
  const task = parts.task === null ? null : (readItem(wireTask, parts.task) ?? unreadable(id));
  const credentialsTask = parts.credentialsTask === null ? null : (readItem(wireCredentialsTask, parts.credentialsTask) ?? unreadable(id));
  return {
    task: task?.item ?? null,
    credentialsTask: credentialsTask?.item ?? null,
    oddFields: [...(task?.oddFields ?? []), ...(credentialsTask?.oddFields ?? []).map((field) => `credentialsTask.${field}`)],
  };
}

function unreadable(id: string): { item: { id: string }; oddFields: string[] } {
  return { item: { id }, oddFields: ['id'] };
}
