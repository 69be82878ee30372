import type { z } from 'zod';

import type { Finding } from './finding.js';
import { isJsonObject } from '../task/scalars/json-object.js';
import type { Path } from './path.js';
import { suggestion } from './suggestion.js';

/**
 * What a schema found in the values. Of a union that nothing fits, only the member that fits best is spoken of, or the
 * union as a whole where nothing was given to choose by.
 */
export function schemaFindings(issues: readonly z.core.$ZodIssue[], root: unknown): readonly Finding[] {
  return findingsBelow(issues, [], root);
}

function findingsBelow(issues: readonly z.core.$ZodIssue[], above: Path, root: unknown): readonly Finding[] {
  return issues.flatMap((issue): readonly Finding[] => {
    const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], at: 'key', message: issue.message }));
    const value = valueAt(root, path);
    if (issue.code === 'invalid_union' && isJsonObject(value) && Object.keys(value).length > 0) {
      const [best] = issue.errors.toSorted((a, b) => misfit(a) - misfit(b));
      if (best !== undefined) return findingsBelow(best, path, root);
    }
    return [{ path, at: 'value', message: value === undefined ? `is missing; ${issue.message}` : issue.message + meant(issue, value) }];
  });
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)];
    return isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, root);
}

/** How far values are from a member of a union. A key that it does not have is further off than one that is wrong or missing. */
function misfit(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1), 0);
}

/** The suggestion is one of the allowed values: what was written is never shown. */
function meant(issue: z.core.$ZodIssue, value: unknown): string {
  const allowed =
    issue.code === 'invalid_value' ? issue.values : issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []) : [];
  return typeof value === 'string' ? suggestion(value, allowed.map(String)) : '';
}
