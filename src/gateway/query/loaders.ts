import DataLoader from 'dataloader';

import type { JsonObject } from '../../model/scalars.js';
import { SourceProblemError } from '../../model/source-problem.js';
import type { Task } from '../../model/task.js';
import type { Freshness } from '../cache/freshness.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { ForgottenTasks } from '../history/forgotten-tasks.js';

/** The DataLoaders of one source: they batch the reads of one operation, and memoize them. */
export interface Loaders {
  readonly tasks: DataLoader<TaskKey, Task | null, string>;
  readonly children: DataLoader<string, readonly Task[]>;
  readonly payloads: DataLoader<string, JsonObject | null>;
}

export interface TaskKey {
  /** The id at the plane. */
  readonly sourceTaskId: string;
  readonly maxAgeMs: number;
}

interface LoadersOptions {
  /** When the operation started, in milliseconds since 1970. */
  readonly operationStartedAt: number;
  readonly forgotten: ForgottenTasks;
  /** How fresh the parts of tasks must be. */
  readonly inheritedFreshness: () => Freshness;
  /** Why the plane is not waited for any longer; null: it is. */
  readonly overdue: () => SourceProblemError | null;
}

export function createLoaders(cache: SourceCache, { operationStartedAt, forgotten, inheritedFreshness, overdue }: LoadersOptions): Loaders {
  return {
    tasks: createTaskLoader(cache, operationStartedAt, forgotten),
    children: createChildrenLoader(cache, inheritedFreshness),
    payloads: createPayloadLoader(cache, overdue),
  };
}

/** Single tasks: each key gets its own result or error. Tasks that may be equally old are one read. */
function createTaskLoader(cache: SourceCache, operationStartedAt: number, forgotten: ForgottenTasks): Loaders['tasks'] {
  return new DataLoader<TaskKey, Task | null, string>(
    async (keys) => {
      const results = await Promise.all(
        [...groupByAge(keys)].map(async ([maxAgeMs, group]) => {
          const found = await cache.read([...new Set(group.map((key) => key.sourceTaskId))], { operationStartedAt, maxAgeMs });
          return Promise.all(
            group.map(async (key) => {
              const result = await forgotten.replaceIfForgotten(cache.source, key.sourceTaskId, found.get(key.sourceTaskId) ?? null);
              return [formatTaskKey(key), result] as const;
            }),
          );
        }),
      );
      const byKey = new Map(results.flat());
      return keys.map((key) => byKey.get(formatTaskKey(key)) ?? null);
    },
    { cacheKeyFn: formatTaskKey },
  );
}

function createChildrenLoader(cache: SourceCache, freshness: () => Freshness): Loaders['children'] {
  return new DataLoader<string, readonly Task[]>(async (parentIds) => {
    try {
      const children = await cache.childrenOf(parentIds, freshness());
      return parentIds.map((id) => children.get(id) ?? []);
    } catch (error) {
      return parentIds.map(() => (error instanceof Error ? error : new SourceProblemError('OTHER', 'The plane could not be read.')));
    }
  });
}

function createPayloadLoader(cache: SourceCache, overdue: () => SourceProblemError | null): Loaders['payloads'] {
  return new DataLoader<string, JsonObject | null>(async (sourceTaskIds) => {
    const payloads = await cache.readPayloads(sourceTaskIds, overdue());
    return sourceTaskIds.map((id) => payloads.get(id) ?? null);
  });
}

function formatTaskKey({ sourceTaskId, maxAgeMs }: TaskKey): string {
  return `${maxAgeMs} ${sourceTaskId}`;
}

function groupByAge(keys: readonly TaskKey[]): Map<number, TaskKey[]> {
  const groups = new Map<number, TaskKey[]>();
  for (const key of keys) groups.set(key.maxAgeMs, [...(groups.get(key.maxAgeMs) ?? []), key]);
  return groups;
}
