/** JSON as it goes over the wire, changed in place. Loose on purpose: a simulated plane holds odd values, and tests put more of them in. */
export type WireObject = { [key: string]: unknown };

/** The objects of an array; null, scalars and what is no array at all count for nothing. */
export function objectsIn(value: unknown): WireObject[] {
  return Array.isArray(value) ? value.filter(isWireObject) : [];
}

/** Whether a value is an object and no array. */
export function isWireObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text itself, or the empty text for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A body as JSON; undefined when it is none. */
export function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
