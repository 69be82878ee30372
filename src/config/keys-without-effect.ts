import type { Configuration, ConfiguredSource, Limits } from './configuration.js';
import { limitsSchema } from './schema/limits-schema.js';
import { sourceKeys } from './schema/source-keys.js';
import { storeSchema } from './schema/store-schema.js';

/** Keys that this version reads and checks, and does nothing with yet: those whose value is not the default, by name. */
export function keysWithoutEffect({ limits, store, sources }: Configuration): string[] {
  const usual = { limits: limitsSchema.parse(undefined), store: storeSchema.parse(undefined) };
  return [
    ...idleLimits.filter((key) => limits[key] !== usual.limits[key]).map((key) => `limits.${key}`),
    ...(store.record === usual.store.record ? [] : ['store.record']),
    ...sources.flatMap(idlePolls),
  ];
}

/** The same as one line for people; null when there is nothing to say. */
export function wordsOnKeysWithoutEffect(configuration: Configuration): string | null {
  const keys = keysWithoutEffect(configuration);
  return keys.length === 0 ? null : `Accepted, but without effect in this version: ${keys.join(', ')}.`;
}

/** All others are obeyed. */
const idleLimits = ['actionsPerMinute'] as const satisfies readonly (keyof Limits)[];

function idlePolls({ connection, poll }: ConfiguredSource): string[] {
  const usual = sourceKeys.poll.parse(undefined);
  return poll.fullMs === usual.fullMs ? [] : [`poll.fullMs (source ${connection.name})`];
}
