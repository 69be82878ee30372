import { z } from 'zod';

import { parseInstant } from '../../task/model/instant.js';
import { type JsonObject, isJsonObject } from '../../task/scalars/json-object.js';
import { readItem } from '../../task/source/read-item.js';
import { isTaskId } from './task-id.js';

/** A time as milliseconds since 1970. Real replies hold empty strings where there is none. */
const time = z.string().transform((text, context) => {
  if (text.trim() === '') return null;
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});

const stateDetail = z.looseObject({
  type: z.string().nullish(),
  title: z.string().nullish(),
  detail: z.string().nullish(),
  correlationID: z.string().nullish(),
});

/** The task resource, versions 1.0 and 1.1 (the former has no `userID`). Any field but the id may be missing. */
const task = z.object({
  id: z.string().refine(isTaskId),
  name: z.string().nullish(),
  summary: z.string().nullish(),
  description: z.string().nullish(),
  service: z.string().nullish(),
  userID: z.string().nullish(),
  parentTaskID: z.string().nullish(),
  resourceID: z.string().nullish(),
  resourceURI: z.string().nullish(),
  resourceCollectionURI: z.array(z.string()).nullish(),
  state: z.string().nullish(),
  stateTransitions: z.array(z.object({ from: z.string().nullish(), to: z.array(z.string()).nullish() })).nullish(),
  stateDetails: z.array(stateDetail).nullish(),
  orderHint: z.number().nullish(),
  percentDone: z.number().nullish(),
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

export type WireTask = z.infer<typeof task>;
export type WireStateDetail = z.infer<typeof stateDetail>;

/** One task of the plane: what could be read, what could not, and all of it as it came. */
export interface WireItem {
  readonly task: WireTask;
  /** Fields, in the plane's names, that did not fit and were dropped. */
  readonly oddFields: readonly string[];
  readonly payload: JsonObject;
}

/** Reads a task; null when it is none, or has no id that the plane could have given. Never throws. */
export function readTask(value: unknown): WireItem | null {
  if (!isJsonObject(value) || typeof value.id !== 'string' || !isTaskId(value.id)) return null;
  const read = readItem(task, value);
  return read === null ? null : { task: read.item, oddFields: read.oddFields, payload: value };
}

/** One page of the list. */
export interface WirePage {
  readonly items: readonly unknown[];
  /** Asks for the next page; null when this is the last. */
  readonly continueToken: string | null;
}

/** Reads the list around the items, which are left as they are; null when it is none. `metadata` is `{}` in real replies. */
export function readPage(value: unknown): WirePage | null {
  if (!isJsonObject(value) || !Array.isArray(value.items)) return null;
  const token = isJsonObject(value.metadata) ? value.metadata.continue : null;
  return { items: value.items, continueToken: typeof token === 'string' && token !== '' ? token : null };
}
