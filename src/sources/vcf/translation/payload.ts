import { isJsonObject, type JsonObject } from '../../../task/scalars/json-object.js';

/** A task as its plane sent it: in /v1/tasks, in /v1/credentials/tasks, or in both. */
export interface WireParts {
  readonly task: JsonObject | null;
  readonly credentialsTask: JsonObject | null;
}

/** What is kept and shown as sent: an ordinary task as it is, a credentials task beside the ordinary one. */
export function payloadOf({ task, credentialsTask }: WireParts): JsonObject {
  return credentialsTask === null ? { ...task } : { task, credentialsTask };
}

/** What actions go by: a credentials task whole, of an ordinary one what the plane says that it allows. */
export function payloadToAct(payload: JsonObject | null): JsonObject {
  const { task, credentialsTask } = partsOf(payload);
  if (payload !== null && credentialsTask !== null) return payload;
  return Object.fromEntries(Object.entries(task ?? {}).filter(([key]) => key === 'isRetryable' || key === 'isCancellable'));
}

/** The parts of a payload that `payloadOf` made; no ordinary task has an object called `credentialsTask`. */
export function partsOf(payload: JsonObject | null | undefined): WireParts {
  const credentialsTask = payload?.['credentialsTask'];
  if (!isJsonObject(credentialsTask)) return { task: payload ?? null, credentialsTask: null };
  const task = payload?.['task'];
  return { task: isJsonObject(task) ? task : null, credentialsTask };
}
