import { parseId } from '../../model/id.js';
import type { TaskSourceKind } from '../../source/kind.js';
import type { FilterField } from './field-tests.js';
import type { TaskFilter } from './filter.js';

/** How many of a source's tasks may match, judged without looking at them. */
export type Reach = 'NONE' | 'SOME' | 'ALL';

export type SourceReach = (name: string, kind: TaskSourceKind) => Reach;

/**
 * What a filter says of whole sources. Only `ids`, `sourceNames`, `kinds` and `parentIds` can leave one out; any other
 * field that is given may match some of its tasks.
 *
 * @param ofNot the same for the filter's `not`, negated; null without one.
 */
export function sourceReachOf(filter: Pick<TaskFilter, FilterField>, ofNot: SourceReach | null): SourceReach {
  const { ids, parentIds, sourceNames, kinds, ...others } = filter;
  const reaches: SourceReach[] = ofNot === null ? [] : [ofNot];
  for (const tasks of [ids, parentIds]) if (tasks != null) reaches.push(within(new Set(tasks.map(sourceOf)), 'SOME'));
  if (sourceNames != null) reaches.push(within(new Set(sourceNames), 'ALL'));
  if (kinds != null) reaches.push((_, kind) => (kinds.includes(kind) ? 'ALL' : 'NONE'));
  if (Object.values(others).some((value) => value != null)) reaches.push(() => 'SOME');
  return (name, kind) => reaches.map((reach) => reach(name, kind)).reduce(least, 'ALL');
}

/** What is left of a source when all that the given filter matches is taken away. */
export function negate(reach: SourceReach): SourceReach {
  return (name, kind) => opposite[reach(name, kind)];
}

const opposite: Readonly<Record<Reach, Reach>> = { NONE: 'ALL', SOME: 'SOME', ALL: 'NONE' };

function within(names: ReadonlySet<string | null>, reach: Reach): SourceReach {
  return (name) => (names.has(name) ? reach : 'NONE');
}

function sourceOf(id: string): string | null {
  const parsed = parseId(id);
  return parsed?.of === 'task' ? parsed.sourceName : null;
}

function least(left: Reach, right: Reach): Reach {
  if (left === 'NONE' || right === 'NONE') return 'NONE';
  return left === 'SOME' ? left : right;
}
