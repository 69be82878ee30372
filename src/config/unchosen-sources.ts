import { z } from 'zod';

import { isJsonObject } from '../task/scalars/json-object.js';
import type { SourceModule } from '../task/source/source-module.js';
import { expectation } from './expectation.js';
import { sourceKeys } from './schema/source-keys.js';

/**
 * What is wrong with the common keys of sources whose kind is missing or unknown. The schema says of such a source no more
 * than that: without a kind it does not know which keys to expect.
 */
export function unchosenSources(root: unknown, modules: readonly SourceModule[]): readonly z.core.$ZodIssue[] {
  const sources = isJsonObject(root) && Array.isArray(root['sources']) ? root['sources'] : [];
  const kinds: readonly unknown[] = modules.map(({ kind }) => kind);
  return sources.flatMap((source: unknown, index) => {
    if (!isJsonObject(source) || kinds.includes(source['kind'])) return [];
    const { error } = common.safeParse(source, { error: expectation });
    return (error?.issues ?? []).map((issue) => ({ ...issue, path: ['sources', index, ...issue.path] }));
  });
}

const common = z.looseObject(sourceKeys);
