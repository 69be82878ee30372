import * as z from 'zod';

import { isJsonObject, type JsonObject, parseInstant, parseWebUrl } from '../../model/scalars.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { LeftOutPart } from '../../model/task-warning.js';
import type { ListItem } from '../../upstream/body/json-item.js';
import type { UpstreamResponse } from '../../upstream/response.js';
import { count } from '../parse-item.js';
import { computeFingerprint } from '../source.js';

/** A task as one of the two lists, or the route of one task, sent it. The same object as long as its text stays the same. */
export interface VcfElement {
  readonly id: string;
  /** Milliseconds since 1970; null where the plane does not say it in a known form. */
  readonly createdAt: number | null;
  /** Equal fingerprints mean equal tasks. */
  readonly fingerprint: string;
  /** Its JSON, without passwords. */
  wire(): JsonObject;
  /** What is missing in it, because the plane sent more than is read of one task. */
  readonly leftOut: readonly LeftOutPart[];
}

/**
 * An item of a response with tasks. SDDC Manager puts `oldPassword` and `newPassword` into the subtasks of credentials
 * tasks; they are removed here, at any depth, so that they exist nowhere after it. Every response with tasks is parsed by
 * this function.
 */
export function takeWithoutPasswords(item: ListItem): CleanItem {
  const value = item.take();
  return { item, value, hadPasswords: removePasswords(value) };
}

/** An item whose passwords were removed. */
interface CleanItem {
  readonly item: ListItem;
  readonly value: unknown;
  readonly hadPasswords: boolean;
}

/**
 * The task that an item is; null when it cannot be one. With `mayKeepText` the task is parsed again from the text of the item when it
 * is needed once more; not where passwords stand near that text, which must not stay in memory: then it has a text of its own.
 */
export function buildElement({ item, value }: CleanItem, mayKeepText: boolean): VcfElement | null {
  const task = identifyTask(value);
  if (task === null) return null;
  const { id, wire } = task;
  const created = wire['creationTimestamp'];
  const createdAt = typeof created === 'string' ? parseInstant(created) : null;
  return mayKeepText ? new ListedElement(id, createdAt, item) : new CleanedElement(id, createdAt, item.leftOut, wire);
}

/**
 * An element that is parsed again from the text of its item when it is needed: a list of thousands, parsed before the first of them is
 * translated, takes several times the memory of its text. A class, because closures of one function keep alive what any of them uses.
 */
class ListedElement implements VcfElement {
  readonly id: string;
  readonly createdAt: number | null;
  readonly #item: ListItem;

  constructor(id: string, createdAt: number | null, item: ListItem) {
    this.id = id;
    this.createdAt = createdAt;
    this.#item = item;
  }

  get fingerprint(): string {
    return this.#item.fingerprint;
  }

  get leftOut(): readonly LeftOutPart[] {
    return this.#item.leftOut;
  }

  wire(): JsonObject {
    const { value } = takeWithoutPasswords(this.#item);
    return isJsonObject(value) ? value : { id: this.id };
  }
}

/** The same near passwords: it has a text of its own, in which there are none. */
class CleanedElement implements VcfElement {
  readonly id: string;
  readonly createdAt: number | null;
  readonly leftOut: readonly LeftOutPart[];
  readonly fingerprint: string;
  readonly #text: string;

  constructor(id: string, createdAt: number | null, leftOut: readonly LeftOutPart[], wire: JsonObject) {
    this.id = id;
    this.createdAt = createdAt;
    this.leftOut = leftOut;
    this.fingerprint = computeFingerprint(wire);
    this.#text = JSON.stringify(wire);
  }

  wire(): JsonObject {
    const wire: unknown = JSON.parse(this.#text);
    return isJsonObject(wire) ? wire : { id: this.id };
  }
}

const text = z.string().nullish();

/** Milliseconds since 1970. The API does not document the format of its times; empty ones are absent. */
const instant = z
  .string()
  .transform((value, context) => {
    if (value.trim() === '') return null;
    const ms = parseInstant(value);
    if (ms === null) context.addIssue('This is not an instant.');
    return ms;
  })
  .nullish();

const webUrl = z
  .string()
  .transform((value, context) => {
    if (value.trim() === '') return null;
    const url = parseWebUrl(value.trim());
    if (url === null) context.addIssue('This is not an http or https URL.');
    return url;
  })
  .nullish();

const errorCauseSchema = z.object({ type: text, message: text });
export type WireErrorCause = z.output<typeof errorCauseSchema>;

/** Since 9.1. */
const notificationSchema = z.object({
  severity: text,
  message: text,
  impactMessage: text,
  remediations: z.array(z.object({ message: text, link: webUrl })).nullish(),
});
export type WireNotification = z.output<typeof notificationSchema>;

const errorSchema = z.object({
  errorCode: text,
  errorType: text,
  message: text,
  label: text,
  remediationMessage: text,
  remediationUrl: webUrl,
  referenceToken: text,
  causes: z.array(errorCauseSchema).nullish(),
  notifications: z.array(notificationSchema).nullish(),
  get nestedErrors() {
    return z.array(errorSchema).nullish();
  },
});
export type WireError = z.output<typeof errorSchema>;

const resourceSchema = z.object({ resourceId: z.string().min(1), type: text, name: text, fqdn: text });
export type WireResource = z.output<typeof resourceSchema>;

/** The fields that tasks, subtasks and stages of both lists share. */
const workSchema = z.object({
  name: text,
  status: text,
  creationTimestamp: instant,
  completionTimestamp: instant,
  errors: z.array(errorSchema).nullish(),
});
export type WireWork = z.output<typeof workSchema>;

const stageSchema = workSchema.extend({ type: text, description: text });
export type WireStage = z.output<typeof stageSchema>;

const subtaskSchema = workSchema.extend({
  type: text,
  description: text,
  stages: z.array(stageSchema).nullish(),
  resources: z.array(resourceSchema).nullish(),
  documentationLink: z.object({ url: webUrl }).nullish(),
  get subTasks() {
    return z.array(subtaskSchema).nullish();
  },
});
export type WireSubtask = z.output<typeof subtaskSchema>;

/** An element of GET /v1/tasks. */
export const vcfTaskSchema = workSchema.extend({
  id: z.string(),
  type: text,
  localizableDescriptionPack: z.object({ message: text }).nullish(),
  subTasks: z.array(subtaskSchema).nullish(),
  resources: z.array(resourceSchema).nullish(),
  resolutionStatus: text,
  isCancellable: z.boolean().nullish(),
  isRetryable: z.boolean().nullish(),
});
export type VcfWireTask = z.output<typeof vcfTaskSchema>;

const credentialsSubtaskSchema = workSchema.extend({
  id: text,
  description: text,
  resourceName: text,
  entityType: text,
  username: text,
  credentialType: text,
  get dependentSubTasks() {
    return z.array(credentialsSubtaskSchema).nullish();
  },
});
export type WireCredentialsSubtask = z.output<typeof credentialsSubtaskSchema>;

/** An element of GET /v1/credentials/tasks. */
export const credentialsTaskSchema = workSchema.extend({
  id: z.string(),
  type: text,
  subTasks: z.array(credentialsSubtaskSchema).nullish(),
  isAutoRotate: z.boolean().nullish(),
});
export type WireCredentialsTask = z.output<typeof credentialsTaskSchema>;

/** The text; null when it is missing or blank. */
export function nonBlank(value: string | null | undefined): string | null {
  return value == null || value.trim() === '' ? null : value;
}

/** Whether there were any. */
function removePasswords(root: unknown): boolean {
  let hadPasswords = false;
  const pending = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    // For an array these are its elements.
    for (const [key, value] of Object.entries(next)) {
      if (/^(?:old|new)password$/i.test(key)) hadPasswords = Reflect.deleteProperty(next, key);
      else if (typeof value === 'object') pending.push(value);
    }
  }
  return hadPasswords;
}

/** One page of a list. While the plane sends the same, it is the same object. */
export interface VcfWirePage {
  readonly elements: readonly (VcfElement | MalformedElement)[];
  readonly metadata: VcfPageMetadata;
  /** Whether the page has further elements, which were not read. */
  readonly isCut: boolean;
}

/** What cannot be a task. */
export interface MalformedElement {
  readonly id: null;
  /** By which it is told from others. */
  readonly fingerprint: string;
}

/** What the plane reports about its pages; each is null where it does not, as before 5.1. */
interface VcfPageMetadata {
  /** Of this page. Whether the first page has 0 or 1 is not documented. */
  readonly pageNumber: number | null;
  readonly totalElements: number | null;
  readonly totalPages: number | null;
}

/** Parses a PageOfTask or a PageOfCredentialsTask around its elements; throws a SourceProblemError when the body is neither. */
export function parsePageMetadata(response: UpstreamResponse, body: unknown, hasElements: boolean): VcfPageMetadata {
  if (!isJsonObject(body)) throw createMalformedListError(response);
  // No member of a page is required, so `elements` of an empty page may be missing. Any other object is not an empty
  // page.
  const isEmptyPage = (body['elements'] ?? null) === null && Object.keys(body).every((key) => key === 'elements' || key === 'pageMetadata');
  if (!hasElements && !isEmptyPage) throw createMalformedListError(response);
  return pageMetadataSchema.parse(body['pageMetadata']);
}

const pageCount = count(z.int().nonnegative()).nullable().catch(null);
const pageMetadataSchema = z
  .object({ pageNumber: pageCount, totalElements: pageCount, totalPages: pageCount })
  .catch({ pageNumber: null, totalElements: null, totalPages: null });

function createMalformedListError(response: UpstreamResponse): SourceProblemError {
  return new SourceProblemError('MALFORMED_RESPONSE', 'The plane sent something that is not a list of tasks.', {
    httpStatus: response.status,
  });
}

/** Whether this could be the id of a task. SDDC Manager issues UUIDs, but does not document it. */
export function isVcfTaskId(sourceTaskId: string): boolean {
  return /^[A-Za-z0-9_-]{1,128}$/.test(sourceTaskId);
}

/** A list element and its id; null when it cannot be a task. */
function identifyTask(element: unknown): { readonly id: string; readonly wire: JsonObject } | null {
  if (!isJsonObject(element)) return null;
  const id = element['id'];
  return typeof id === 'string' && isVcfTaskId(id) ? { id, wire: element } : null;
}

/** Removes values with equal JSON text, and keeps the first of them in its position. */
export function dropDuplicates<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
