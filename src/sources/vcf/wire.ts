import { z } from 'zod';

import { parseInstant } from '../../task/model/instant.js';
import { webUrlOf } from '../../task/scalars/url.js';
import type { UpstreamAnswer } from '../../upstream/upstream-answer.js';

/**
 * The body of an answer with tasks in it. SDDC Manager puts `oldPassword` and `newPassword` into the subtasks of a
 * credentials task: they are removed here, with their keys, at any depth, and exist nowhere after it.
 * Throws a SourceProblemError when the body is no JSON.
 */
export function wireJson(answer: UpstreamAnswer): unknown {
  const body = answer.json();
  removePasswords(body);
  return body;
}

const text = z.string().nullish();

/** Milliseconds since 1970. The API gives its times no format; an empty one is none. */
const instant = z
  .string()
  .transform((value, context) => {
    if (value.trim() === '') return null;
    const at = parseInstant(value);
    if (at === null) context.addIssue('This is no instant.');
    return at;
  })
  .nullish();

const webUrl = z
  .string()
  .transform((value, context) => {
    if (value.trim() === '') return null;
    const url = webUrlOf(value.trim());
    if (url === null) context.addIssue('This is no http or https URL.');
    return url;
  })
  .nullish();

const wireErrorCause = z.object({ type: text, message: text });
export type WireErrorCause = z.output<typeof wireErrorCause>;

/** Since 9.1. */
const wireNotification = z.object({
  severity: text,
  message: text,
  impactMessage: text,
  remediations: z.array(z.object({ message: text, link: webUrl })).nullish(),
});
export type WireNotification = z.output<typeof wireNotification>;

const wireError = z.object({
  errorCode: text,
  errorType: text,
  message: text,
  label: text,
  remediationMessage: text,
  remediationUrl: webUrl,
  referenceToken: text,
  causes: z.array(wireErrorCause).nullish(),
  notifications: z.array(wireNotification).nullish(),
  get nestedErrors() {
    return z.array(wireError).nullish();
  },
});
export type WireError = z.output<typeof wireError>;

const wireResource = z.object({ resourceId: z.string().min(1), type: text, name: text, fqdn: text });
export type WireResource = z.output<typeof wireResource>;

/** What tasks, subtasks and stages of both kinds share. */
const wireWork = z.object({
  name: text,
  status: text,
  creationTimestamp: instant,
  completionTimestamp: instant,
  errors: z.array(wireError).nullish(),
});
export type WireWork = z.output<typeof wireWork>;

const wireStage = wireWork.extend({ type: text, description: text });
export type WireStage = z.output<typeof wireStage>;

const wireSubtask = wireWork.extend({
  type: text,
  description: text,
  stages: z.array(wireStage).nullish(),
  resources: z.array(wireResource).nullish(),
  documentationLink: z.object({ url: webUrl }).nullish(),
  get subTasks() {
    return z.array(wireSubtask).nullish();
  },
});
export type WireSubtask = z.output<typeof wireSubtask>;

/** An element of GET /v1/tasks. */
export const wireTask = wireWork.extend({
  id: z.string(),
  type: text,
  localizableDescriptionPack: z.object({ message: text }).nullish(),
  subTasks: z.array(wireSubtask).nullish(),
  resources: z.array(wireResource).nullish(),
  resolutionStatus: text,
  isCancellable: z.boolean().nullish(),
  isRetryable: z.boolean().nullish(),
});
export type WireTask = z.output<typeof wireTask>;

const wireCredentialsSubtask = wireWork.extend({
  id: text,
  description: text,
  resourceName: text,
  entityType: text,
  username: text,
  credentialType: text,
  get dependentSubTasks() {
    return z.array(wireCredentialsSubtask).nullish();
  },
});
export type WireCredentialsSubtask = z.output<typeof wireCredentialsSubtask>;

/** An element of GET /v1/credentials/tasks. */
export const wireCredentialsTask = wireWork.extend({
  id: z.string(),
  type: text,
  subTasks: z.array(wireCredentialsSubtask).nullish(),
  isAutoRotate: z.boolean().nullish(),
});
export type WireCredentialsTask = z.output<typeof wireCredentialsTask>;

/** Text that says something; null when it is missing or blank. */
export function given(value: string | null | undefined): string | null {
  return value == null || value.trim() === '' ? null : value;
}

function removePasswords(root: unknown): void {
  const pending = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    // Of an array these are its elements.
    for (const [key, value] of Object.entries(next)) {
      if (/^(?:old|new)password$/i.test(key)) Reflect.deleteProperty(next, key);
      else if (typeof value === 'object') pending.push(value);
    }
  }
}
