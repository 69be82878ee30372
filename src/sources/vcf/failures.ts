import type { TaskFailure } from '../../model/failure.js';
import { isFailedStatus } from '../../model/task-status.js';
import { toVcfTaskStatus } from './status.js';
import type { VcfWarning } from './types.js';
import { nonBlank, type WireError, type WireErrorCause, type WireNotification, type WireWork } from './wire.js';

/**
 * The failures that a task, subtask or stage itself reports; none unless it has failed. `path`: the names that lead to
 * it.
 */
export function collectFailures(work: WireWork, path: readonly string[]): readonly TaskFailure[] {
  return isFailedStatus(toVcfTaskStatus(work.status ?? null)) ? translateErrors(work.errors ?? [], path) : [];
}

function translateErrors(errors: readonly WireError[], path: readonly string[]): readonly TaskFailure[] {
  return errors.filter((error) => !isWarning(error)).map((error) => translateError(error, path));
}

function translateError(error: WireError, path: readonly string[]): TaskFailure {
  return {
    code: nonBlank(error.errorCode),
    message: readErrorMessage(error),
    remediation: nonBlank(error.remediationMessage),
    remediationUrl: error.remediationUrl ?? null,
    referenceToken: nonBlank(error.referenceToken),
    subtaskPath: path,
    causes: [...(error.causes ?? []).map((cause) => translateCause(cause, path)), ...translateErrors(error.nestedErrors ?? [], path)],
  };
}

function translateCause(cause: WireErrorCause, path: readonly string[]): TaskFailure {
  return {
    // The type is the name of a Java class. As a code it would group failures that have nothing else in common.
    code: null,
    message: nonBlank(cause.message) ?? nonBlank(cause.type) ?? defaultMessage,
    remediation: null,
    remediationUrl: null,
    referenceToken: null,
    subtaskPath: path,
    causes: [],
  };
}

/**
 * The warnings of a task, subtask or stage: errors of type WARNING and notifications of severity WARNING, at any depth.
 * Where it has not failed, its other errors become warnings too, so that none is lost.
 */
export function collectWarnings(work: WireWork): readonly VcfWarning[] {
  const failed = isFailedStatus(toVcfTaskStatus(work.status ?? null));
  return (work.errors ?? []).flatMap((error) => collectErrorWarnings(error, failed ? 'failure' : 'warning'));
}

/** What an error becomes that is not of type WARNING itself. */
type ErrorRole = 'failure' | 'warning';

function collectErrorWarnings(error: WireError, role: ErrorRole): readonly VcfWarning[] {
  const roleOfNested: ErrorRole = isWarning(error) ? 'warning' : role;
  return [
    ...(roleOfNested === 'warning'
      ? [translateErrorWarning(error), ...(error.causes ?? []).map((cause) => translateCauseWarning(cause, error))]
      : []),
    ...(error.notifications ?? [])
      .filter((notification) => notification.severity?.trim().toUpperCase() === 'WARNING')
      .map((notification) => translateNotification(notification, error)),
    ...(error.nestedErrors ?? []).flatMap((nested) => collectErrorWarnings(nested, roleOfNested)),
  ];
}

function translateErrorWarning(error: WireError): VcfWarning {
  return {
    __typename: 'VcfWarning',
    code: nonBlank(error.errorCode),
    message: readErrorMessage(error),
    remediation: nonBlank(error.remediationMessage),
    remediationUrl: error.remediationUrl ?? null,
    referenceToken: nonBlank(error.referenceToken),
  };
}

function translateCauseWarning(cause: WireErrorCause, parent: WireError): VcfWarning {
  return {
    __typename: 'VcfWarning',
    code: nonBlank(parent.errorCode),
    message: nonBlank(cause.message) ?? nonBlank(cause.type) ?? defaultMessage,
    remediation: nonBlank(parent.remediationMessage),
    remediationUrl: parent.remediationUrl ?? null,
    referenceToken: nonBlank(parent.referenceToken),
  };
}

function translateNotification(notification: WireNotification, parent: WireError): VcfWarning {
  const remediations = notification.remediations ?? [];
  const steps = remediations.flatMap((remediation) => nonBlank(remediation.message) ?? []);
  return {
    __typename: 'VcfWarning',
    code: nonBlank(parent.errorCode),
    message: nonBlank(notification.message) ?? nonBlank(notification.impactMessage) ?? defaultMessage,
    remediation: steps.length === 0 ? null : steps.join(' '),
    remediationUrl: remediations.find((remediation) => remediation.link != null)?.link ?? null,
    referenceToken: nonBlank(parent.referenceToken),
  };
}

const defaultMessage = 'No message.';

/** The human-readable text of an error. */
function readErrorMessage(error: WireError): string {
  return nonBlank(error.message) ?? nonBlank(error.label) ?? nonBlank(error.errorCode) ?? defaultMessage;
}

/** Whether the plane reports a warning in the form of an error. */
function isWarning(error: WireError): boolean {
  return error.errorType?.trim().toUpperCase() === 'WARNING';
}
