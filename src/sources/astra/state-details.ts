import type { TaskFailure } from '../../task/model/failure.js';
import { redact } from '../../task/model/redact.js';
import { isJsonObject } from '../../task/scalars/json-object.js';
import type { AstraWarning } from './types/warning.js';
import type { WireStateDetail } from './wire.js';

/** What a detail of the state of a failed task says. */
export function failureOf(detail: WireStateDetail): TaskFailure {
  return {
    code: detail.type || null,
    message: detail.detail || detail.title || noWords,
    remediation: null,
    remediationUrl: null,
    referenceToken: detail.correlationID || null,
    subtaskPath: [],
    causes: [],
  };
}

/** What a detail of the state of a task that did not fail says. */
export function warningOf(detail: WireStateDetail): AstraWarning {
  return {
    __typename: 'AstraWarning',
    code: detail.type || null,
    message: detail.detail || detail.title || noWords,
    title: detail.title || detail.detail || noWords,
    additionalDetails: additionalDetailsOf(detail),
  };
}

const noWords = 'The plane gave no words for it.';

/** Every other member, those of the member `additionalDetails` among them; null when there is none. */
function additionalDetailsOf({
  type: _type,
  title: _title,
  detail: _detail,
  ...others
}: WireStateDetail): AstraWarning['additionalDetails'] {
  const { additionalDetails, ...rest } = others;
  const details = redact(isJsonObject(additionalDetails) ? { ...additionalDetails, ...rest } : others);
  return Object.keys(details).length === 0 ? null : details;
}
