import type { Configuration } from './configuration.js';
import { storeSchema } from './schema/store-schema.js';

/** Keys that this version reads and checks, and does nothing with yet: those whose value is not the default, by name. */
export function keysWithoutEffect({ store }: Configuration): string[] {
  return store.record === storeSchema.parse(undefined).record ? [] : ['store.record'];
}

/** The same as one line for people; null when there is nothing to say. */
export function wordsOnKeysWithoutEffect(configuration: Configuration): string | null {
  const keys = keysWithoutEffect(configuration);
  return keys.length === 0 ? null : `Accepted, but without effect in this version: ${keys.join(', ')}.`;
}
