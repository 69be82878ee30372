import * as z from 'zod';

import { isJsonObject, type JsonObject, parseInstant, parsePath } from '../../model/scalars.js';
import { count, exactNumber, parseItem } from '../parse-item.js';

/** Milliseconds since 1970. Real responses have empty strings for absent times. */
const time = z.string().transform((text, context) => {
  if (text.trim() === '') return null;
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});

/** A path at the plane; an empty one says nothing. */
const uri = z.string().refine((text) => text === '' || parsePath(text) !== null, 'not a path');

const stateDetail = z.looseObject({
  type: z.string().nullish(),
  title: z.string().nullish(),
  detail: z.string().nullish(),
  correlationID: z.string().nullish(),
});

/**
 * Ids of Astra are UUIDs of any version: the reference shows version 5 where its text says 4, and the nil UUID is in
 * use. Both cases of letters are spelled out, so that the form also holds where a JSON schema drops flags.
 */
export const uuidPattern = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

/** The task resource, versions 1.0 and 1.1 (the former has no `userID`). Any field but the id may be missing. */
const task = z.object({
  id: z.string().refine(isAstraTaskId),
  name: z.string().nullish(),
  summary: z.string().nullish(),
  description: z.string().nullish(),
  service: z.string().nullish(),
  userID: z.string().nullish(),
  parentTaskID: z.string().nullish(),
  resourceID: z.string().nullish(),
  resourceURI: uri.nullish(),
  resourceCollectionURI: z.array(uri).nullish(),
  state: z.string().nullish(),
  stateTransitions: z.array(z.object({ from: z.string().nullish(), to: z.array(z.string()).nullish() })).nullish(),
  stateDetails: z.array(stateDetail).nullish(),
  orderHint: count(exactNumber).nullish(),
  percentDone: count(exactNumber).nullish(),
  startTime: time.nullish(),
  endTime: time.nullish(),
  cancelTime: time.nullish(),
  metadata: z
    .object({
      labels: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
      creationTimestamp: time.nullish(),
      modificationTimestamp: time.nullish(),
      createdBy: z.string().nullish(),
      modifiedBy: z.string().nullish(),
    })
    .nullish(),
});

export type AstraWireTask = z.infer<typeof task>;
export type AstraWireStateDetail = z.infer<typeof stateDetail>;

/** A task: its validated fields, the names of those that were invalid, and the whole payload. */
export interface AstraWireItem {
  readonly task: AstraWireTask;
  /** Fields that did not fit and were dropped, by their names at the plane. */
  readonly invalidFields: readonly string[];
  readonly payload: JsonObject;
}

/** Parses a task; null when the value is not a task, or has an id of an unknown form. Never throws. */
export function parseAstraTask(value: unknown): AstraWireItem | null {
  if (!isJsonObject(value) || typeof value.id !== 'string' || !isAstraTaskId(value.id)) return null;
  const parsed = parseItem(task, value);
  return parsed === null ? null : { task: parsed.item, invalidFields: parsed.invalidFields, payload: value };
}

/** The token of the next page, from the object around the items; null when this is the last. `metadata` is `{}` in real replies. */
export function parseContinueToken(page: unknown): string | null {
  const token = isJsonObject(page) && isJsonObject(page.metadata) ? page.metadata.continue : null;
  return typeof token === 'string' && token !== '' ? token : null;
}

/** Whether this could be the id of a task at the plane; then it is a safe path segment, too. */
export function isAstraTaskId(sourceTaskId: string): boolean {
  return uuidPattern.test(sourceTaskId);
}

/** Whether two UUIDs are equal: their letters may be of either case (RFC 9562, 4). */
export function isSameUuid(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
