import { parseInstant } from '../../../model/scalars.js';
import type { PlaneResponse } from '../../simulation/plane-server.js';
import type { SimulatedAstraTask } from './task-store.js';

/** Variants of lists that tests enable. */
export interface AstraListVariants {
  /**
   * Tasks of a page; further pages are requested with the token in `metadata.continue`. Null: all tasks are in one
   * page.
   */
  readonly pageSize: number | null;
  /** Every page has the same token. */
  readonly repeatContinue: boolean;
  /** The token is sent, and then refused as an unsupported parameter. */
  readonly refuseContinue: boolean;
}

/** Responds to a list request. Parameters that the plane does not declare are refused. */
export function buildListResponse(
  query: URLSearchParams,
  tasks: readonly SimulatedAstraTask[],
  variants: AstraListVariants,
  correlationId: string,
): PlaneResponse {
  const acceptsContinue = variants.pageSize !== null && !variants.refuseContinue;
  const declared = new Set(['include', 'limit', 'filter', ...(acceptsContinue ? ['continue'] : [])]);
  const undeclared = [...new Set(query.keys())].filter((name) => !declared.has(name));
  if (undeclared.length > 0) {
    return problemResponse(
      6,
      correlationId,
      undeclared.map((name) => ({ name, reason: 'not supported by this collection' })),
    );
  }
  const [include, limit, token] = [query.get('include'), query.get('limit'), query.get('continue')];
  const filters = query.getAll('filter').map(parseAstraFilter);
  const start = token === null ? 0 : parseContinueToken(token);
  const invalid: InvalidParam[] = [];
  if (include !== null && !/^[0-9a-zA-Z]+(,[0-9a-zA-Z]+)*$/.test(include)) invalid.push(describeInvalid('include'));
  if (limit !== null && !/^[1-9][0-9]*$/.test(limit)) invalid.push(describeInvalid('limit'));
  if (filters.includes(null)) invalid.push(describeInvalid('filter'));
  if (start === null) invalid.push(describeInvalid('continue'));
  if (invalid.length > 0 || start === null) return problemResponse(5, correlationId, invalid);

  const matching = tasks.filter((task) => filters.every((filter: AstraFilter | null) => filter?.(task) ?? false));
  const end = start + Math.min(variants.pageSize ?? Infinity, limit === null ? Infinity : Number(limit));
  const hasMore = variants.pageSize !== null && end < matching.length;
  const page = matching.slice(start, end);
  return {
    status: 200,
    // Real replies have neither `type` nor `version`, and mostly an empty `metadata`.
    body: {
      items: include === null ? page : page.map((task) => include.split(',').map((field) => task[field] ?? null)),
      metadata: hasMore || variants.repeatContinue ? { continue: formatContinueToken(variants.repeatContinue ? 0 : end) } : {},
    },
  };
}

function describeInvalid(name: string): InvalidParam {
  return { name, reason: 'not in the documented variant' };
}

function formatContinueToken(offset: number): string {
  return Buffer.from(`offset=${offset}`).toString('base64');
}

function parseContinueToken(token: string): number | null {
  const digits = /^offset=(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Whether a task matches a filter. */
type AstraFilter = (task: SimulatedAstraTask) => boolean;

/**
 * Parses one `filter` parameter: `field op 'value'`, the field with `.` for nesting and `[*]` for arrays. A clause may
 * be repeated after a comma, and nothing else may follow. Null when it breaks this grammar (`query_filter` of the
 * reference).
 */
function parseAstraFilter(text: string): AstraFilter | null {
  const match = clausePattern.exec(text);
  if (match === null) return null;
  const [clause, field = '', operator = '', value = ''] = match;
  if (text.slice(clause.length).replaceAll(`,${clause}`, '') !== '') return null;
  const compare = comparisons.get(operator);
  if (compare === undefined) return null;
  const path = field.replaceAll('[*]', '').split('.');
  return (task) => collectValues(task, path).some((actual) => compare(actual, value));
}

const clausePattern =
  /^([0-9a-zA-Z]+(?:\[\*\])?(?:\.[0-9a-zA-Z]+(?:\[\*\])?)*)(?: |%20)(eq|lt|gt|lte|gte|in)(?: |%20)'([0-9a-zA-Z.,-_:@ {}"]+)'/;

/** `eq` is exact and `in` is "contains"; the others compare numbers, times or texts. */
const comparisons: ReadonlyMap<string, (actual: unknown, value: string) => boolean> = new Map([
  ['eq', (actual: unknown, value: string) => String(actual) === value],
  ['in', (actual: unknown, value: string) => String(actual).includes(value)],
  ['lt', (actual: unknown, value: string) => compareValues(actual, value) < 0],
  ['gt', (actual: unknown, value: string) => compareValues(actual, value) > 0],
  ['lte', (actual: unknown, value: string) => compareValues(actual, value) <= 0],
  ['gte', (actual: unknown, value: string) => compareValues(actual, value) >= 0],
]);

/** NaN, with which every comparison is false, when the two cannot be compared. */
function compareValues(actual: unknown, value: string): number {
  if (typeof actual === 'number') return actual - Number(value);
  if (typeof actual !== 'string') return Number.NaN;
  const [left, right] = [parseInstant(actual), parseInstant(value)];
  if (left !== null && right !== null) return left - right;
  return actual < value ? -1 : actual > value ? 1 : 0;
}

function collectValues(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((element) => collectValues(element, path));
  const [key, ...rest] = path;
  if (key === undefined) return value == null ? [] : [value];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
  const members: Readonly<Record<string, unknown>> = { ...value };
  return collectValues(members[key], rest);
}

/** The problem types of the task routes: status, title and detail by number. */
const problems = {
  1: [404, 'Resource not actual', 'There is no resource at this URI.'],
  2: [404, 'Collection not actual', 'There is no collection at this URI.'],
  3: [401, 'Missing bearer token', 'The request carries no bearer token.'],
  4: [401, 'Invalid bearer token', 'The bearer token is not valid, was revoked, or never existed.'],
  5: [400, 'Invalid query parameters', 'Some query parameters are not valid.'],
  6: [400, 'Query parameters not supported', 'Some query parameters are not supported here.'],
  18: [404, 'Account not actual', 'There is no such account.'],
  33: [400, 'Invalid account ID', 'The account ID has the wrong format.'],
  35: [400, 'Invalid resource ID', 'The resource ID has the wrong format.'],
  69: [405, 'Method not supported', 'The resource does not support this method.'],
} as const;

interface InvalidParam {
  readonly name: string;
  readonly reason: string;
}

/** A problem document as the plane sends it: `status` is a string, and there are additional members. */
export function problemResponse(
  number: keyof typeof problems,
  correlationID: string,
  invalidParams?: readonly InvalidParam[],
): PlaneResponse {
  const [status, title, detail] = problems[number];
  const type = `https://astra.netapp.io/problems/${number}`;
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { type, title, detail, status: String(status), correlationID, ...(invalidParams === undefined ? {} : { invalidParams }) },
  };
}
