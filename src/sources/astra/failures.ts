import type { TaskFailure } from '../../task/model/failure.js';
import { messageOf } from './message.js';
import type { WireStateDetail } from './wire.js';

/** What a detail of the state of a failed task says. */
export function failureOf(detail: WireStateDetail): TaskFailure {
  return {
    code: detail.type || null,
    message: messageOf(detail),
    remediation: null,
    remediationUrl: null,
    referenceToken: detail.correlationID || null,
    subtaskPath: [],
    causes: [],
  };
}
