import type { Random } from '../../simulation/random.js';

/**
 * The JSON of the task routes as the OpenAPI document of SDDC Manager (9.1.0.0) describes it, for tasks that the
 * simulator creates. Type aliases, because interfaces would not be assignable to WireObject.
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

type NotificationJson = {
  severity: 'INFO' | 'WARNING' | 'ERROR';
  message: string;
  remediations?: { message: string; link?: string }[];
  impactMessage?: string;
};

export type ResourceJson = { resourceId: string; type: string; fqdn?: string; name?: string };

type MessagePackJson = { component?: string; messageKey: string; arguments?: string[]; message?: string; bundle?: string };

/** Unlike in TaskJson, subtasks have ids, nest by `dependentSubTasks`, and contain passwords. */
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

/** JSON of the simulated plane, modified in place. Loosely typed on purpose, because it contains invalid values too. */
export type WireObject = { [key: string]: unknown };

/** The objects in an array; empty for anything but an array. */
export function filterObjects(value: unknown): WireObject[] {
  return Array.isArray(value) ? value.filter(isWireObject) : [];
}

/** Whether a value is an object and not an array. */
export function isWireObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text, or the empty text for any other value. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A body as JSON; undefined when it is not JSON. */
export function tryParseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** How SDDC Manager spells the status of a task: both are documented, and both occur in one response. */
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

/** In upper case with underscores; the empty text for any other value. */
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

/**
 * As GET by id sends a status: upper case, also where the list has mixed case. Undocumented spellings stay as they are.
 */
export function spellStatusById(status: unknown): unknown {
  return detectSpelling(status) === 'title' ? canonicalStatus(status) : status;
}

/** Formats an instant (milliseconds since 1970) as SDDC Manager usually does: ISO 8601, UTC, with milliseconds. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** A reference token: six characters, as in real errors. */
export function referenceToken(random: Random): string {
  return random.text(6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
}
