import { isFailure } from '../../../task/model/status.js';
import { isWarning, messageOf, noMessage } from './message.js';
import { statusOf } from './status.js';
import type { VcfWarning } from '../types/warning.js';
import { given, type WireError, type WireErrorCause, type WireNotification, type WireWork } from '../wire.js';

/**
 * What is worth knowing of a task, subtask or stage: errors of type WARNING and notifications of severity WARNING, at any
 * depth; of work that has not failed its other errors too, so that nothing is lost.
 */
export function warningsOf(work: WireWork): readonly VcfWarning[] {
  const failed = isFailure(statusOf(work.status ?? null));
  return (work.errors ?? []).flatMap((error) => warningsIn(error, failed ? 'failure' : 'warning'));
}

/** What an error that is no warning itself is shown as. */
type ShownAs = 'failure' | 'warning';

function warningsIn(error: WireError, shownAs: ShownAs): readonly VcfWarning[] {
  const within: ShownAs = isWarning(error) ? 'warning' : shownAs;
  return [
    ...(within === 'warning' ? [warningOf(error), ...(error.causes ?? []).map((cause) => warningOfCause(cause, error))] : []),
    ...(error.notifications ?? [])
      .filter((notification) => notification.severity?.trim().toUpperCase() === 'WARNING')
      .map((notification) => warningOfNotification(notification, error)),
    ...(error.nestedErrors ?? []).flatMap((nested) => warningsIn(nested, within)),
  ];
}

function warningOf(error: WireError): VcfWarning {
  return {
    __typename: 'VcfWarning',
    code: given(error.errorCode),
    message: messageOf(error),
    remediation: given(error.remediationMessage),
    remediationUrl: error.remediationUrl ?? null,
    referenceToken: given(error.referenceToken),
  };
}

function warningOfCause(cause: WireErrorCause, around: WireError): VcfWarning {
  return {
    __typename: 'VcfWarning',
    code: given(around.errorCode),
    message: given(cause.message) ?? given(cause.type) ?? noMessage,
    remediation: given(around.remediationMessage),
    remediationUrl: around.remediationUrl ?? null,
    referenceToken: given(around.referenceToken),
  };
}

function warningOfNotification(notification: WireNotification, around: WireError): VcfWarning {
  const remediations = notification.remediations ?? [];
  const steps = remediations.flatMap((remediation) => given(remediation.message) ?? []);
  return {
    __typename: 'VcfWarning',
    code: given(around.errorCode),
    message: given(notification.message) ?? given(notification.impactMessage) ?? noMessage,
    remediation: steps.length === 0 ? null : steps.join(' '),
    remediationUrl: remediations.find((remediation) => remediation.link != null)?.link ?? null,
    referenceToken: given(around.referenceToken),
  };
}
