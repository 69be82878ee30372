import { parseInstant } from '../../../task/model/instant.js';
import type { Fields } from './fields.js';

/** Whether a task passes a filter. */
export type Filter = (task: Fields) => boolean;

/**
 * Reads one `filter` parameter: `field op 'value'`, the field with `.` for nesting and `[*]` for arrays. A clause may be
 * repeated behind a comma, and nothing else may stand there. Null when it breaks this grammar (`query_filter` of the reference).
 */
export function parseFilter(text: string): Filter | null {
  const match = clauseForm.exec(text);
  if (match === null) return null;
  const [clause, field = '', operator = '', value = ''] = match;
  if (text.slice(clause.length).replaceAll(`,${clause}`, '') !== '') return null;
  const compare = comparisons.get(operator);
  if (compare === undefined) return null;
  const path = field.replaceAll('[*]', '').split('.');
  return (task) => valuesAt(task, path).some((found) => compare(found, value));
}

const clauseForm =
  /^([0-9a-zA-Z]+(?:\[\*\])?(?:\.[0-9a-zA-Z]+(?:\[\*\])?)*)(?: |%20)(eq|lt|gt|lte|gte|in)(?: |%20)'([0-9a-zA-Z.,-_:@ {}"]+)'/;

/** `eq` is exact and `in` is "contains"; the others compare numbers, times or texts. */
const comparisons: ReadonlyMap<string, (found: unknown, value: string) => boolean> = new Map([
  ['eq', (found: unknown, value: string) => String(found) === value],
  ['in', (found: unknown, value: string) => String(found).includes(value)],
  ['lt', (found: unknown, value: string) => order(found, value) < 0],
  ['gt', (found: unknown, value: string) => order(found, value) > 0],
  ['lte', (found: unknown, value: string) => order(found, value) <= 0],
  ['gte', (found: unknown, value: string) => order(found, value) >= 0],
]);

/** NaN, which passes no comparison, where the two cannot be compared. */
function order(found: unknown, value: string): number {
  if (typeof found === 'number') return found - Number(value);
  if (typeof found !== 'string') return Number.NaN;
  const [left, right] = [parseInstant(found), parseInstant(value)];
  if (left !== null && right !== null) return left - right;
  return found < value ? -1 : found > value ? 1 : 0;
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [key, ...rest] = path;
  if (key === undefined) return value == null ? [] : [value];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
  const members: Readonly<Record<string, unknown>> = { ...value };
  return valuesAt(members[key], rest);
}
