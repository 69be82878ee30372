import { given, type WireError } from '../wire.js';

export const noMessage = 'No message.';

/** What an error says to people. */
export function messageOf(error: WireError): string {
  return given(error.message) ?? given(error.label) ?? given(error.errorCode) ?? noMessage;
}

/** Whether an error is none but a warning. */
export function isWarning(error: WireError): boolean {
  return error.errorType?.trim().toUpperCase() === 'WARNING';
}
