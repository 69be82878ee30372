import type { JWTPayload } from 'jose';

import { isJsonObject } from '../../task/scalars/json-object.js';

/**
 * The roles in a token: a list of texts, or one text of words with blanks between them, as `scope` is. The claim is looked for by its
 * whole name, then as a path (`realm_access.roles`).
 */
export function rolesIn(payload: JWTPayload, claim: string): readonly string[] {
  const found: unknown = Object.hasOwn(payload, claim) ? payload[claim] : claim.split('.').reduce(step, payload);
  if (typeof found === 'string') return found.split(' ').filter((role) => role !== '');
  return Array.isArray(found) ? found.filter((role) => typeof role === 'string') : [];
}

function step(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
