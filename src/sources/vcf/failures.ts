import { shareEmpty } from '../../lib/share-empty.js';
import { removeInvisible } from '../../lib/invisible-text.js';
import type { TaskFailure } from '../../model/failure.js';
import { type PlaneMessage, readPlaneMessage } from '../../upstream/plane-message.js';
import { isFailedStatus } from '../../model/task-status.js';
import { toVcfTaskStatus } from './status.js';
import type { VcfWarning } from './types.js';
import { nonBlank, type WireError, type WireErrorCause, type WireNotification, type WireWork } from './wire.js';

/**
 * The failures that a task, subtask or stage itself reports; none unless it has failed. `path`: the names that lead to
 * it.
 */
export function collectFailures(work: WireWork, path: readonly string[]): readonly TaskFailure[] {
  return isFailedStatus(toVcfTaskStatus(work.status ?? null)) ? translateErrors(work.errors ?? [], path, null) : [];
}

/** `outerCode`: of the error around them; a code in the text of a message says less than a code of the plane itself. */
function translateErrors(errors: readonly WireError[], path: readonly string[], outerCode: string | null): readonly TaskFailure[] {
  return errors.filter((error) => !isWarning(error)).map((error) => translateError(error, path, outerCode));
}

function translateError(error: WireError, path: readonly string[], outerCode: string | null): TaskFailure {
  const { message, code: codeInMessage } = readErrorMessage(error);
  const ownCode = nonBlank(error.errorCode);
  const code = ownCode ?? (outerCode === null ? codeInMessage : null);
  return {
    code,
    message,
    remediation: readRemediation(error.remediationMessage),
    remediationUrl: error.remediationUrl ?? null,
    referenceToken: nonBlank(error.referenceToken),
    subtaskPath: path,
    causes: shareEmpty([
      ...(error.causes ?? []).map((cause) => translateCause(cause, path, ownCode ?? outerCode)),
      ...translateErrors(error.nestedErrors ?? [], path, ownCode ?? outerCode),
    ]),
  };
}

function translateCause(cause: WireErrorCause, path: readonly string[], outerCode: string | null): TaskFailure {
  const { message, code } = readCauseMessage(cause);
  return {
    // Its type is the name of a Java class. As a code it would group failures that have nothing else in common.
    code: outerCode === null ? code : null,
    message,
    remediation: null,
    remediationUrl: null,
    referenceToken: null,
    subtaskPath: path,
    causes: shareEmpty([]),
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
  const { message, code } = readErrorMessage(error);
  return {
    __typename: 'VcfWarning',
    code: nonBlank(error.errorCode) ?? code,
    message,
    remediation: readRemediation(error.remediationMessage),
    remediationUrl: error.remediationUrl ?? null,
    referenceToken: nonBlank(error.referenceToken),
  };
}

function translateCauseWarning(cause: WireErrorCause, parent: WireError): VcfWarning {
  const { message, code } = readCauseMessage(cause);
  return {
    __typename: 'VcfWarning',
    code: nonBlank(parent.errorCode) ?? code,
    message,
    remediation: readRemediation(parent.remediationMessage),
    remediationUrl: parent.remediationUrl ?? null,
    referenceToken: nonBlank(parent.referenceToken),
  };
}

function translateNotification(notification: WireNotification, parent: WireError): VcfWarning {
  const { message, code } = readPlaneMessage(nonBlank(notification.message) ?? nonBlank(notification.impactMessage) ?? defaultMessage);
  const remediations = notification.remediations ?? [];
  const steps = remediations.flatMap((remediation) => readRemediation(remediation.message) ?? []);
  return {
    __typename: 'VcfWarning',
    code: nonBlank(parent.errorCode) ?? code,
    message,
    remediation: steps.length === 0 ? null : steps.join(' '),
    remediationUrl: remediations.find((remediation) => remediation.link != null)?.link ?? null,
    referenceToken: nonBlank(parent.referenceToken),
  };
}

const defaultMessage = 'No message.';

/** The human-readable text of an error, and the code in it. */
function readErrorMessage(error: WireError): PlaneMessage {
  return readPlaneMessage(nonBlank(error.message) ?? nonBlank(error.label) ?? nonBlank(error.errorCode) ?? defaultMessage);
}

function readCauseMessage(cause: WireErrorCause): PlaneMessage {
  return readPlaneMessage(nonBlank(cause.message) ?? nonBlank(cause.type) ?? defaultMessage);
}

function readRemediation(text: string | null | undefined): string | null {
  const shown = nonBlank(text);
  return shown === null ? null : nonBlank(removeInvisible(shown));
}

/** Whether the plane reports a warning in the form of an error. */
function isWarning(error: WireError): boolean {
  return error.errorType?.trim().toUpperCase() === 'WARNING';
}
