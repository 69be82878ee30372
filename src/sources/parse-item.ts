import * as z from 'zod';

/** An item that fits its schema, and the fields that did not fit and were dropped, by their names at the plane. */
export interface ParsedItem<T> {
  readonly item: T;
  readonly invalidFields: readonly string[];
}

/**
 * Parses one item of a plane, leniently: a field or an array element that does not fit the schema is dropped, and an
 * element that lacks a required field is dropped whole. Null when the item itself lacks one.
 */
export function parseItem<T>(schema: z.ZodType<T>, value: unknown): ParsedItem<T> | null {
  const invalidFields = new Set<string>();
  let candidate = value;
  for (let round = 0; round < maxRounds; round++) {
    const result = schema.safeParse(candidate);
    if (result.success) return { item: result.data, invalidFields: [...invalidFields] };
    if (round === 0) candidate = structuredClone(value);
    const paths = result.error.issues.map((issue) => findPrunablePath(candidate, issue.path));
    if (paths.some((path) => path.length === 0)) return null;
    for (const path of paths) invalidFields.add(formatPath(path));
    // Later elements first, so that the indexes of earlier ones stay valid.
    for (const path of paths.toSorted(byPositionDescending)) prune(candidate, path);
  }
  return null;
}

/** A number that is what the plane wrote: a larger integer was rounded when its JSON was parsed. */
export const exactNumber = z
  .number()
  .refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), 'The number is too large.');

/** A count, position or percentage, which planes also send as a text of digits. */
export function count<T>(schema: z.ZodType<T, number>): z.ZodType<T> {
  return z.preprocess((value) => (typeof value === 'string' && /^\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : value), schema);
}

/** Each round drops at least one level of nesting; no payload of a plane needs more. */
const maxRounds = 8;

/** The path itself when there is something to drop, else that of the nearest container, which lacks the field. */
function findPrunablePath(root: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  let container = root;
  for (const [index, key] of path.entries()) {
    if (!isContainer(container) || !Object.hasOwn(container, key)) return path.slice(0, index);
    container = container[key];
  }
  return path;
}

function prune(root: unknown, path: readonly PropertyKey[]): void {
  const parent = path.slice(0, -1).reduce<unknown>((value, key) => (isContainer(value) ? value[key] : undefined), root);
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
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (typeof left === 'number' && typeof right === 'number' && left !== right) return right - left;
    if (left !== right) return String(left) < String(right) ? 1 : -1;
  }
  return b.length - a.length;
}
