import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import { parseItem } from '../parse-item.js';
import { normalizeEnumValue } from './status.js';
import { credentialsTaskSchema, nonBlank, vcfTaskSchema, type VcfWireTask, type WireCredentialsTask } from './wire.js';

/** A task as the plane sent it: in /v1/tasks, in /v1/credentials/tasks, or in both. */
export interface WireParts {
  readonly task: JsonObject | null;
  readonly credentialsTask: JsonObject | null;
}

/** The payload of a task: an ordinary task as it is, or an object of both parts where there is a credentials task. */
export function composePayload({ task, credentialsTask }: WireParts): JsonObject {
  return credentialsTask === null ? { ...task } : { task, credentialsTask };
}

/** The part of a payload that actions need: a whole credentials task, or the two flags of an ordinary task. */
export function selectActionPayload(payload: JsonObject | null): JsonObject {
  const { task, credentialsTask } = splitPayload(payload);
  if (payload !== null && credentialsTask !== null) return payload;
  return shareFlags(Object.entries(task ?? {}).filter(([key]) => key === 'isRetryable' || key === 'isCancellable'));
}

/** Flags by their JSON: there are a dozen combinations, each of which thousands of tasks have. */
const sharedFlags = new Map<string, JsonObject>();

function shareFlags(entries: readonly (readonly [string, unknown])[]): JsonObject {
  const flags = Object.fromEntries(entries);
  if (entries.some(([, value]) => typeof value !== 'boolean')) return flags;
  const key = JSON.stringify(flags);
  const shared = sharedFlags.get(key) ?? flags;
  sharedFlags.set(key, shared);
  return shared;
}

/** The parts of a payload that `composePayload` built; no ordinary task has an object named `credentialsTask`. */
export function splitPayload(payload: JsonObject | null | undefined): WireParts {
  const credentialsTask = payload?.['credentialsTask'];
  if (!isJsonObject(credentialsTask)) return { task: payload ?? null, credentialsTask: null };
  const task = payload?.['task'];
  return { task: isJsonObject(task) ? task : null, credentialsTask };
}

/** Both parts of a task, validated for the translation. */
interface ParsedParts {
  readonly task: VcfWireTask | null;
  readonly credentialsTask: WireCredentialsTask | null;
  /** Fields that did not fit and were dropped, by their names at the plane. */
  readonly invalidFields: readonly string[];
}

/** Parses both parts of a task. A part that cannot be read at all keeps only its id. */
export function parseParts(id: string, parts: WireParts): ParsedParts {
  const task = parts.task === null ? null : (parseItem(vcfTaskSchema, parts.task) ?? keepOnlyId(id));
  const credentialsTask =
    parts.credentialsTask === null ? null : (parseItem(credentialsTaskSchema, parts.credentialsTask) ?? keepOnlyId(id));
  return {
    task: task?.item ?? null,
    credentialsTask: credentialsTask?.item ?? null,
    invalidFields: [...(task?.invalidFields ?? []), ...(credentialsTask?.invalidFields ?? []).map((field) => `credentialsTask.${field}`)],
  };
}

function keepOnlyId(id: string): { item: { id: string }; invalidFields: string[] } {
  return { item: { id }, invalidFields: ['id'] };
}

/** The operation of a credentials task, as sent and normalized; null where the plane does not say. */
export function readOperationType(credentialsTask: JsonObject): { readonly sent: string; readonly normalized: string } | null {
  const type = credentialsTask['type'];
  const sent = typeof type === 'string' ? nonBlank(type) : null;
  return sent === null ? null : { sent, normalized: normalizeEnumValue(sent) };
}

/** Operations that set passwords chosen by the caller. */
export const passwordOperations: ReadonlySet<string> = new Set(['UPDATE', 'REMEDIATE']);
