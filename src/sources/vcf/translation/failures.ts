import type { TaskFailure } from '../../../task/model/failure.js';
import { isFailure } from '../../../task/model/status.js';
import { isWarning, messageOf, noMessage } from './message.js';
import { statusOf } from './status.js';
import { given, type WireError, type WireErrorCause, type WireWork } from '../wire.js';

/** What a failed task, subtask or stage itself reports, at this path of names; none where it has not failed. */
export function failuresOf(work: WireWork, path: readonly string[]): readonly TaskFailure[] {
  return isFailure(statusOf(work.status ?? null)) ? failuresIn(work.errors ?? [], path) : [];
}

function failuresIn(errors: readonly WireError[], path: readonly string[]): readonly TaskFailure[] {
  return errors.filter((error) => !isWarning(error)).map((error) => failureOf(error, path));
}

function failureOf(error: WireError, path: readonly string[]): TaskFailure {
  return {
    code: given(error.errorCode),
    message: messageOf(error),
    remediation: given(error.remediationMessage),
    remediationUrl: error.remediationUrl ?? null,
    referenceToken: given(error.referenceToken),
    subtaskPath: path,
    causes: [...(error.causes ?? []).map((cause) => failureOfCause(cause, path)), ...failuresIn(error.nestedErrors ?? [], path)],
  };
}

function failureOfCause(cause: WireErrorCause, path: readonly string[]): TaskFailure {
  return {
    // Its type is the name of a Java class; two failures that share one need not have anything else in common.
    code: null,
    message: given(cause.message) ?? given(cause.type) ?? noMessage,
    remediation: null,
    remediationUrl: null,
    referenceToken: null,
    subtaskPath: path,
    causes: [],
  };
}
