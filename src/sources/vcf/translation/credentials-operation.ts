import { spelled } from './status.js';
import { given } from '../wire.js';
import type { JsonObject } from '../../../task/scalars/json-object.js';

/** What a credentials task does, verbatim and in one spelling; null where the plane does not say. */
export function operationTypeOf(credentialsTask: JsonObject): { readonly sent: string; readonly spelled: string } | null {
  const type = credentialsTask['type'];
  const sent = typeof type === 'string' ? given(type) : null;
  return sent === null ? null : { sent, spelled: spelled(sent) };
}

/** Operations that set passwords which the caller chooses. */
export const needsPasswords: ReadonlySet<string> = new Set(['UPDATE', 'REMEDIATE']);
