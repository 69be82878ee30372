import DataLoader from 'dataloader';

import { SourceProblemError } from '../error/source-problem-error.js';
import type { ForgottenTasks } from '../history/forgotten-tasks.js';
import type { Task } from '../model/task.js';
import type { JsonObject } from '../scalars/json-object.js';
import type { Freshness } from './view/freshness.js';
import type { View } from './view/view.js';

export interface TaskKey {
  /** The id at the plane. */
  readonly localId: string;
  readonly maxAgeMs: number;
}

export type TaskLoader = DataLoader<TaskKey, Task | null, string>;
export type PayloadLoader = DataLoader<string, JsonObject | null>;
export type ChildrenLoader = DataLoader<string, readonly Task[]>;

/** Reads of single tasks of one source, batched and remembered for one operation; each key gets its own answer or error. */
export function createTaskLoader(view: View, since: number, forgotten: ForgottenTasks): TaskLoader {
  return new DataLoader<TaskKey, Task | null, string>(
    async (keys) => {
      const byAge = groupByAge(keys);
      const answers = await Promise.all(
        [...byAge].map(async ([maxAgeMs, group]) => {
          const found = await view.read([...new Set(group.map((key) => key.localId))], { since, maxAgeMs });
          return Promise.all(
            group.map(async (key) => {
              const answer = await forgotten.standIn(view.source, key.localId, found.get(key.localId) ?? null);
              return [textOf(key), answer] as const;
            }),
          );
        }),
      );
      const byKey = new Map(answers.flat());
      return keys.map((key) => byKey.get(textOf(key)) ?? null);
    },
    { cacheKeyFn: textOf },
  );
}

/** Children of tasks of one source, batched and remembered for one operation. */
export function createChildrenLoader(view: View, freshness: () => Freshness): ChildrenLoader {
  return new DataLoader<string, readonly Task[]>(async (parentIds) => {
    try {
      const children = await view.childrenOf(parentIds, freshness());
      return parentIds.map((id) => children.get(id) ?? []);
    } catch (error) {
      return parentIds.map(() => (error instanceof Error ? error : new SourceProblemError('OTHER', 'The plane could not be read.')));
    }
  });
}

/** Payloads of tasks of one source of which a part only is known, batched and remembered for one operation. */
export function createPayloadLoader(view: View): PayloadLoader {
  return new DataLoader<string, JsonObject | null>(async (localIds) => {
    const payloads = await view.readPayloads(localIds);
    return localIds.map((id) => payloads.get(id) ?? null);
  });
}

function textOf({ localId, maxAgeMs }: TaskKey): string {
  return `${maxAgeMs} ${localId}`;
}

function groupByAge(keys: readonly TaskKey[]): Map<number, TaskKey[]> {
  const groups = new Map<number, TaskKey[]>();
  for (const key of keys) groups.set(key.maxAgeMs, [...(groups.get(key.maxAgeMs) ?? []), key]);
  return groups;
}
