import type { PlaneAnswer } from '../../../simulation/plane-server.js';
import type { Fields } from './fields.js';
import { type Filter, parseFilter } from './filter.js';
import { type InvalidParam, problemAnswer } from './problems.js';

/** Oddities of lists that tests switch on. */
export interface ListModes {
  /** Tasks of a page; the pages behind it are reached by the token in `metadata.continue`. Null: all in one. */
  readonly pageSize: number | null;
  /** Every page names the same token. */
  readonly repeatContinue: boolean;
  /** The token is named, and refused as an unsupported parameter. */
  readonly refuseContinue: boolean;
}

/** What the list of tasks answers to a query. Parameters that the plane does not declare are refused. */
export function listAnswer(query: URLSearchParams, tasks: readonly Fields[], modes: ListModes, correlationId: string): PlaneAnswer {
  const takesContinue = modes.pageSize !== null && !modes.refuseContinue;
  const declared = new Set(['include', 'limit', 'filter', ...(takesContinue ? ['continue'] : [])]);
  const undeclared = [...new Set(query.keys())].filter((name) => !declared.has(name));
  if (undeclared.length > 0) {
    return problemAnswer(
      6,
      correlationId,
      undeclared.map((name) => ({ name, reason: 'not supported by this collection' })),
    );
  }
  const [include, limit, token] = [query.get('include'), query.get('limit'), query.get('continue')];
  const filters = query.getAll('filter').map(parseFilter);
  const start = token === null ? 0 : offsetOf(token);
  const invalid: InvalidParam[] = [];
  if (include !== null && !/^[0-9a-zA-Z]+(,[0-9a-zA-Z]+)*$/.test(include)) invalid.push(invalidForm('include'));
  if (limit !== null && !/^[1-9][0-9]*$/.test(limit)) invalid.push(invalidForm('limit'));
  if (filters.includes(null)) invalid.push(invalidForm('filter'));
  if (start === null) invalid.push(invalidForm('continue'));
  if (invalid.length > 0 || start === null) return problemAnswer(5, correlationId, invalid);

  const passing = tasks.filter((task) => filters.every((filter: Filter | null) => filter?.(task) ?? false));
  const end = start + Math.min(modes.pageSize ?? Infinity, limit === null ? Infinity : Number(limit));
  const hasMore = modes.pageSize !== null && end < passing.length;
  const page = passing.slice(start, end);
  return {
    status: 200,
    // Real replies have neither `type` nor `version`, and mostly an empty `metadata`.
    body: {
      items: include === null ? page : page.map((task) => include.split(',').map((field) => task[field] ?? null)),
      metadata: hasMore || modes.repeatContinue ? { continue: tokenOf(modes.repeatContinue ? 0 : end) } : {},
    },
  };
}

function invalidForm(name: string): InvalidParam {
  return { name, reason: 'not in the documented form' };
}

function tokenOf(offset: number): string {
  return Buffer.from(`offset=${offset}`).toString('base64');
}

function offsetOf(token: string): number | null {
  const digits = /^offset=(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  return digits === undefined ? null : Number(digits);
}
