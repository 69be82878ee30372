import type { Random } from '../../simulation/random.js';

/**
 * The JSON of SDDC Manager's task calls as its OpenAPI document (9.1.0.0) describes it, for what the simulator makes up
 * itself. Type aliases, so that each is a WireObject too.
 */
export type TaskJson = {
  id: string;
  name: string;
  localizableDescriptionPack?: MessagePackJson;
  type?: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  subTasks?: SubTaskJson[];
  errors?: ErrorJson[];
  resources?: ResourceJson[];
  resolutionStatus?: 'RESOLVED' | 'UNRESOLVED';
  isCancellable?: boolean;
  isRetryable?: boolean;
};

/** It has no id. */
export type SubTaskJson = {
  name: string;
  type?: string;
  description: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  stages?: StageJson[];
  errors?: ErrorJson[];
  resources?: ResourceJson[];
  subTasks?: SubTaskJson[];
  /** Since 9.0. */
  documentationLink?: { url?: string; label?: string };
};

export type StageJson = {
  name: string;
  type: string;
  description: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  errors?: ErrorJson[];
};

/** Also the body of every 4xx and 5xx. */
export type ErrorJson = {
  errorCode?: string;
  errorType?: string;
  arguments?: string[];
  context?: { [key: string]: string };
  message?: string;
  remediationMessage?: string;
  causes?: { type?: string; message?: string }[];
  nestedErrors?: ErrorJson[];
  referenceToken?: string;
  /** Since 9.0. */
  label?: string;
  /** Since 9.0. */
  remediationUrl?: string;
  /** Since 9.1. */
  notifications?: NotificationJson[];
};

export type NotificationJson = {
  severity: 'INFO' | 'WARNING' | 'ERROR';
  message: string;
  remediations?: { message: string; link?: string }[];
  impactMessage?: string;
};

export type ResourceJson = { resourceId: string; type: string; fqdn?: string; name?: string };

export type MessagePackJson = { component?: string; messageKey: string; arguments?: string[]; message?: string; bundle?: string };

/** Another shape than TaskJson: subtasks have ids, nest through `dependentSubTasks` and carry passwords. */
export type CredentialsTaskJson = {
  id: string;
  name: string;
  type: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  subTasks?: CredentialsSubTaskJson[];
  errors?: ErrorJson[];
  isAutoRotate?: boolean;
};

export type CredentialsSubTaskJson = {
  id: string;
  name: string;
  description: string;
  status: string;
  creationTimestamp: string;
  completionTimestamp?: string;
  resourceName: string;
  entityType: string;
  username: string;
  credentialType: string;
  oldPassword?: string;
  newPassword?: string;
  dependentSubTasks?: CredentialsSubTaskJson[];
  errors?: ErrorJson[];
};

/** JSON as it goes over the wire, changed in place. Loose on purpose: a simulated plane holds odd values, and tests put more of them in. */
export type WireObject = { [key: string]: unknown };

/** The objects of an array; null, scalars and what is no array at all count for nothing. */
export function filterObjects(value: unknown): WireObject[] {
  return Array.isArray(value) ? value.filter(isWireObject) : [];
}

/** Whether a value is an object and no array. */
export function isWireObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text itself, or the empty text for anything else. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A body as JSON; undefined when it is none. */
export function tryParseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** How SDDC Manager spells the status of a task: both are documented, and both occur in one answer. */
export type StatusSpelling = 'upper' | 'title';

/** Statuses that its specification lists in mixed case too (9.1). */
const titleCaseStatuses = new Map([
  ['PENDING', 'Pending'],
  ['QUEUED', 'Queued'],
  ['IN_PROGRESS', 'In Progress'],
  ['SUCCESSFUL', 'Successful'],
  ['FAILED', 'Failed'],
  ['CANCELLED', 'Cancelled'],
  ['TIMED_OUT', 'Timed Out'],
]);

/** In upper case with underscores; the empty text for what is no text. */
export function canonicalStatus(status: unknown): string {
  return typeof status === 'string' ? status.toUpperCase().replaceAll(/[\s-]+/g, '_') : '';
}

/** A canonical status in a spelling; one that has no mixed case stays as it is. */
export function spellStatus(canonical: string, spelling: StatusSpelling): string {
  return spelling === 'title' ? (titleCaseStatuses.get(canonical) ?? canonical) : canonical;
}

/** The spelling that a status is written in. */
export function detectSpelling(status: unknown): StatusSpelling {
  return titleCaseStatuses.get(canonicalStatus(status)) === status ? 'title' : 'upper';
}

/** As GET by id writes a status: upper case, also where the list has mixed case. What is no documented spelling stays as it is. */
export function spellStatusById(status: unknown): unknown {
  return detectSpelling(status) === 'title' ? canonicalStatus(status) : status;
}

/** An instant (milliseconds since 1970) as SDDC Manager usually writes it: ISO 8601, UTC, with milliseconds. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** The key under which the appliance's log has an error: six characters, as in real ones. */
export function referenceToken(random: Random): string {
  return random.text(6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
}
