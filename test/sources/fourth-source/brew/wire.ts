import { z } from 'zod';

import { type JsonObject, isJsonObject } from '../../../../src/model/scalars.js';
import { parseItem } from '../../../../src/sources/parse-item.js';

/** Ids of brews. Nothing else is ever put into a path. */
export const brewIdPattern = /^b[0-9a-f-]{1,40}$/;

const brew = z.object({
  id: z.string().regex(brewIdPattern),
  state: z.string().nullish(),
  beans: z.string().nullish(),
  error: z.string().nullish(),
  warning: z.string().nullish(),
});

/** A brew: its validated fields, the names of those that were invalid, and the whole payload. */
export interface BrewItem {
  readonly brew: z.output<typeof brew>;
  readonly invalidFields: readonly string[];
  readonly payload: JsonObject;
}

/** Parses a brew; null when the value is not a brew. */
export function parseBrew(value: unknown): BrewItem | null {
  const parsed = parseItem(brew, value);
  return parsed === null || !isJsonObject(value) ? null : { brew: parsed.item, invalidFields: parsed.invalidFields, payload: value };
}

/** Parses the list, but not its brews; null when the value is not a list. */
export function parseBrewList(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}
