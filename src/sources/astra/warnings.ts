import { redact } from '../../task/model/redact.js';
import { isJsonObject } from '../../task/scalars/json-object.js';
import { messageOf, titleOf } from './message.js';
import type { AstraWarning } from './types/warning.js';
import type { WireStateDetail } from './wire.js';

/** What a detail of the state of a task that did not fail says. */
export function warningOf(detail: WireStateDetail): AstraWarning {
  return {
    __typename: 'AstraWarning',
    code: detail.type || null,
    message: messageOf(detail),
    title: titleOf(detail),
    additionalDetails: additionalDetailsOf(detail),
  };
}

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
