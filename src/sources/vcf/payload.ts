import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { parseItem } from '../parse-item.js';
import { normalizeSpelling } from './status.js';
import { credentialsTaskSchema, nonBlank, vcfTaskSchema, type VcfWireTask, type WireCredentialsTask } from './wire.js';

/** A task as its plane sent it: in /v1/tasks, in /v1/credentials/tasks, or in both. */
export interface WireParts {
  readonly task: JsonObject | null;
  readonly credentialsTask: JsonObject | null;
}

/** What is kept and shown as sent: an ordinary task as it is, a credentials task beside the ordinary one. */
export function composePayload({ task, credentialsTask }: WireParts): JsonObject {
  return credentialsTask === null ? { ...task } : { task, credentialsTask };
}

/** What actions go by: a credentials task whole, of an ordinary one what the plane says that it allows. */
export function selectActionPayload(payload: JsonObject | null): JsonObject {
  const { task, credentialsTask } = splitPayload(payload);
  if (payload !== null && credentialsTask !== null) return payload;
  return Object.fromEntries(Object.entries(task ?? {}).filter(([key]) => key === 'isRetryable' || key === 'isCancellable'));
}

/** The parts of a payload that `payloadOf` made; no ordinary task has an object called `credentialsTask`. */
export function splitPayload(payload: JsonObject | null | undefined): WireParts {
  const credentialsTask = payload?.['credentialsTask'];
  if (!isJsonObject(credentialsTask)) return { task: payload ?? null, credentialsTask: null };
  const task = payload?.['task'];
  return { task: isJsonObject(task) ? task : null, credentialsTask };
}

/** Both sides of a task in the shape that the translation relies on. */
export interface ParsedParts {
  readonly task: VcfWireTask | null;
  readonly credentialsTask: WireCredentialsTask | null;
  /** What did not fit and was dropped, in the plane's names. */
  readonly invalidFields: readonly string[];
}

/** Reads what a plane sent of a task. A side that cannot be read at all keeps its id alone. */
export function parseParts(id: string, parts: WireParts): ParsedParts {
  const task = parts.task === null ? null : (parseItem(vcfTaskSchema, parts.task) ?? idOnly(id));
  const credentialsTask = parts.credentialsTask === null ? null : (parseItem(credentialsTaskSchema, parts.credentialsTask) ?? idOnly(id));
  return {
    task: task?.item ?? null,
    credentialsTask: credentialsTask?.item ?? null,
    invalidFields: [...(task?.invalidFields ?? []), ...(credentialsTask?.invalidFields ?? []).map((field) => `credentialsTask.${field}`)],
  };
}

function idOnly(id: string): { item: { id: string }; invalidFields: string[] } {
  return { item: { id }, invalidFields: ['id'] };
}

/** What a credentials task does, verbatim and in one spelling; null where the plane does not say. */
export function readOperationType(credentialsTask: JsonObject): { readonly sent: string; readonly normalized: string } | null {
  const type = credentialsTask['type'];
  const sent = typeof type === 'string' ? nonBlank(type) : null;
  return sent === null ? null : { sent, normalized: normalizeSpelling(sent) };
}

/** Operations that set passwords which the caller chooses. */
export const passwordOperations: ReadonlySet<string> = new Set(['UPDATE', 'REMEDIATE']);
