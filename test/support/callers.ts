import type { Grant } from '../../src/gateway/access/policy.js';

/** Callers by the ids of their keys, and what each may do. */
export type Callers = Readonly<Record<string, readonly Omit<Grant, 'who'>[]>>;

/** The section `auth` of a configuration that lets them in. */
export function keysOf(callers: Callers): object {
  return {
    mode: 'keys',
    keys: Object.keys(callers).map((id) => ({ id, key: keyOf(id) })),
    grants: Object.entries(callers).flatMap(([id, grants]) => grants.map((grant) => ({ who: `key:${id}`, ...grant }))),
  };
}

/** The key of a caller. */
export function keyOf(id: string): string {
  return `key-of-${id}-that-nobody-guesses`;
}

/** The header that shows it. */
export function bearer(id: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${keyOf(id)}` };
}
