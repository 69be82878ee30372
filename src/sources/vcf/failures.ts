import type { TaskFailure } from '../../model/failure.js';
import { isFailedStatus } from '../../model/task-status.js';
import { toVcfTaskStatus } from './status.js';
import type { VcfWarning } from './types.js';
import { nonBlank, type WireError, type WireErrorCause, type WireNotification, type WireWork } from './wire.js';

/** What a failed task, subtask or stage itself reports, at this path of names; none where it has not failed. */
export function collectFailures(work: WireWork, path: readonly string[]): readonly TaskFailure[] {
  return isFailedStatus(toVcfTaskStatus(work.status ?? null)) ? toFailures(work.errors ?? [], path) : [];
}

function toFailures(errors: readonly WireError[], path: readonly string[]): readonly TaskFailure[] {
  return errors.filter((error) => !isWarning(error)).map((error) => toFailure(error, path));
}

function toFailure(error: WireError, path: readonly string[]): TaskFailure {
  return {
    code: nonBlank(error.errorCode),
    message: errorMessage(error),
    remediation: nonBlank(error.remediationMessage),
    remediationUrl: error.remediationUrl ?? null,
    referenceToken: nonBlank(error.referenceToken),
    subtaskPath: path,
    causes: [...(error.causes ?? []).map((cause) => causeToFailure(cause, path)), ...toFailures(error.nestedErrors ?? [], path)],
  };
}

function causeToFailure(cause: WireErrorCause, path: readonly string[]): TaskFailure {
  return {
    // Its type is the name of a Java class; two failures that share one need not have anything else in common.
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
 * What is worth knowing of a task, subtask or stage: errors of type WARNING and notifications of severity WARNING, at any
 * depth; of work that has not failed its other errors too, so that nothing is lost.
 */
export function collectWarnings(work: WireWork): readonly VcfWarning[] {
  const failed = isFailedStatus(toVcfTaskStatus(work.status ?? null));
  return (work.errors ?? []).flatMap((error) => collectErrorWarnings(error, failed ? 'failure' : 'warning'));
}

/** What an error that is no warning itself is shown as. */
type ShownAs = 'failure' | 'warning';

function collectErrorWarnings(error: WireError, shownAs: ShownAs): readonly VcfWarning[] {
  const within: ShownAs = isWarning(error) ? 'warning' : shownAs;
  return [
    ...(within === 'warning' ? [errorToWarning(error), ...(error.causes ?? []).map((cause) => causeToWarning(cause, error))] : []),
    ...(error.notifications ?? [])
      .filter((notification) => notification.severity?.trim().toUpperCase() === 'WARNING')
      .map((notification) => notificationToWarning(notification, error)),
    ...(error.nestedErrors ?? []).flatMap((nested) => collectErrorWarnings(nested, within)),
  ];
}

function errorToWarning(error: WireError): VcfWarning {
  return {
    __typename: 'VcfWarning',
    code: nonBlank(error.errorCode),
    message: errorMessage(error),
    remediation: nonBlank(error.remediationMessage),
    remediationUrl: error.remediationUrl ?? null,
    referenceToken: nonBlank(error.referenceToken),
  };
}

function causeToWarning(cause: WireErrorCause, around: WireError): VcfWarning {
  return {
    __typename: 'VcfWarning',
    code: nonBlank(around.errorCode),
    message: nonBlank(cause.message) ?? nonBlank(cause.type) ?? defaultMessage,
    remediation: nonBlank(around.remediationMessage),
    remediationUrl: around.remediationUrl ?? null,
    referenceToken: nonBlank(around.referenceToken),
  };
}

function notificationToWarning(notification: WireNotification, around: WireError): VcfWarning {
  const remediations = notification.remediations ?? [];
  const steps = remediations.flatMap((remediation) => nonBlank(remediation.message) ?? []);
  return {
    __typename: 'VcfWarning',
    code: nonBlank(around.errorCode),
    message: nonBlank(notification.message) ?? nonBlank(notification.impactMessage) ?? defaultMessage,
    remediation: steps.length === 0 ? null : steps.join(' '),
    remediationUrl: remediations.find((remediation) => remediation.link != null)?.link ?? null,
    referenceToken: nonBlank(around.referenceToken),
  };
}

export const defaultMessage = 'No message.';

/** What an error says to people. */
export function errorMessage(error: WireError): string {
  return nonBlank(error.message) ?? nonBlank(error.label) ?? nonBlank(error.errorCode) ?? defaultMessage;
}

/** Whether an error is none but a warning. */
export function isWarning(error: WireError): boolean {
  return error.errorType?.trim().toUpperCase() === 'WARNING';
}
