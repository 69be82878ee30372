import type { Configuration, Limits } from './configuration.js';
import { limitsSchema } from './schema/limits-schema.js';
import { storeSchema } from './schema/store-schema.js';

/** Keys that this version reads and checks, and does nothing with yet: those whose value is not the default, by name. */
export function keysWithoutEffect({ limits, store }: Configuration): string[] {
  const usual = { limits: limitsSchema.parse(undefined), store: storeSchema.parse(undefined) };
  return [
    ...idleLimits.filter((key) => limits[key] !== usual.limits[key]).map((key) => `limits.${key}`),
    ...(store.record === usual.store.record ? [] : ['store.record']),
  ];
}

/** The same as one line for people; null when there is nothing to say. */
export function wordsOnKeysWithoutEffect(configuration: Configuration): string | null {
  const keys = keysWithoutEffect(configuration);
  return keys.length === 0 ? null : `Accepted, but without effect in this version: ${keys.join(', ')}.`;
}

/** All others are obeyed. */
const idleLimits = ['actionsPerMinute'] as const satisfies readonly (keyof Limits)[];
