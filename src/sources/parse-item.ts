import type { z } from 'zod';

/** An item in the shape that its schema asks for, and the fields (in the plane's names) that did not fit and were dropped. */
export interface ParsedItem<T> {
  readonly item: T;
  readonly invalidFields: readonly string[];
}

/**
 * Reads one item of a plane's answer. What does not fit is dropped, field by field or element by element; an element
 * that lacks something it cannot do without is dropped whole. Null when the item itself is such a one.
 */
export function parseItem<T>(schema: z.ZodType<T>, value: unknown): ParsedItem<T> | null {
  const odd = new Set<string>();
  let candidate = value;
  for (let round = 0; round < maxRounds; round++) {
    const result = schema.safeParse(candidate);
    if (result.success) return { item: result.data, invalidFields: [...odd] };
    if (round === 0) candidate = structuredClone(value);
    const paths = result.error.issues.map((issue) => findPrunablePath(candidate, issue.path));
    if (paths.some((path) => path.length === 0)) return null;
    for (const path of paths) odd.add(formatPath(path));
    // Later elements first, so that the places of earlier ones still hold.
    for (const path of paths.toSorted(byPositionDescending)) prune(candidate, path);
  }
  return null;
}

/** Each round drops at least one level of what does not fit; nothing that planes send needs more. */
const maxRounds = 8;

/** The path itself when there is something to drop, else the nearest container that lacks it. */
function findPrunablePath(root: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  let at = root;
  for (const [index, key] of path.entries()) {
    if (!isContainer(at) || !Object.hasOwn(at, key)) return path.slice(0, index);
    at = at[key];
  }
  return path;
}

function prune(root: unknown, path: readonly PropertyKey[]): void {
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (isContainer(at) ? at[key] : undefined), root);
  const last = path.at(-1);
  if (Array.isArray(parent) && typeof last === 'number') parent.splice(last, 1);
  else if (isContainer(parent) && last !== undefined) Reflect.deleteProperty(parent, last);
}

function isContainer(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`),
    '',
  );
}

function byPositionDescending(a: readonly PropertyKey[], b: readonly PropertyKey[]): number {
  for (let place = 0; place < Math.min(a.length, b.length); place++) {
    const [left, right] = [a[place], b[place]];
    if (typeof left === 'number' && typeof right === 'number' && left !== right) return right - left;
    if (left !== right) return String(left) < String(right) ? 1 : -1;
  }
  return b.length - a.length;
}
