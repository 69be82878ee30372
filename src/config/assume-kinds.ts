import * as z from 'zod';

import { isJsonObject } from '../model/scalars.js';
import type { SourceModule } from '../sources/source-module.js';
import { joinAlternatives } from './check-values.js';
import type { ValueProblem } from './problems.js';
import { unwrapSchema } from './resolve-keys.js';
import { findSimilar, suggestSimilar } from './suggestion.js';

/**
 * Gives sources whose kind is missing or unknown the kind that was probably meant, in place, so that their other keys are checked as well.
 * Returns the problems of those kinds. A source that could be of several kinds is left as it is.
 */
export function assumeKinds(root: unknown, modules: readonly SourceModule[]): readonly ValueProblem[] {
  const sources = isJsonObject(root) && Array.isArray(root['sources']) ? root['sources'] : [];
  const kinds = modules.map(({ kind }) => kind);
  return sources.flatMap((source: unknown, index): readonly ValueProblem[] => {
    if (!isJsonObject(source)) return [];
    const { kind } = source;
    if (typeof kind === 'string' && kinds.includes(kind)) return [];
    const name = typeof kind === 'string' ? kind : '';
    const assumed = findSimilar(name, kinds) ?? findKindByKeys(source, modules);
    if (assumed === null) return [];
    Reflect.set(source, 'kind', assumed);
    const expected = `expected ${joinAlternatives(kinds.map((one) => JSON.stringify(one)))}`;
    const message = kind === undefined ? `is missing; ${expected}` : `${expected}${suggestSimilar(name, kinds)}`;
    return [{ path: ['sources', index, 'kind'], at: 'value', message }];
  });
}

/** The only kind that knows the most keys of a source. */
function findKindByKeys(source: Readonly<Record<string, unknown>>, modules: readonly SourceModule[]): string | null {
  const counts = modules
    .map(({ kind, settings }) => ({ kind, count: countKnownKeys(settings, source) }))
    .toSorted((a, b) => b.count - a.count);
  const [best, second] = counts;
  return best !== undefined && best.count > (second?.count ?? 0) ? best.kind : null;
}

function countKnownKeys(schema: z.core.$ZodType, value: unknown): number {
  const bare = unwrapSchema(schema);
  if (!isJsonObject(value)) return 0;
  if (bare instanceof z.ZodUnion) return Math.max(...bare.options.map((option) => countKnownKeys(option, value)));
  if (!(bare instanceof z.ZodObject)) return 0;
  return Object.entries(bare.shape).reduce((sum, [name, field]) => {
    if (!Object.hasOwn(value, name)) return sum + (Object.hasOwn(value, `${name}File`) ? 1 : 0);
    // `credentials`, which every kind has, says nothing by itself.
    return sum + (isJsonObject(value[name]) ? countKnownKeys(field, value[name]) : 1);
  }, 0);
}
