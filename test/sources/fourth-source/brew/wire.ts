import { z } from 'zod';

import { type JsonObject, isJsonObject } from '../../../../src/model/scalars.js';
import { parseItem } from '../../../../src/sources/parse-item.js';

/** The id of a brew; nothing else is ever put into a path. */
export const brewIdForm = /^b[0-9a-f-]{1,40}$/;

const brew = z.object({
  id: z.string().regex(brewIdForm),
  state: z.string().nullish(),
  beans: z.string().nullish(),
  error: z.string().nullish(),
  warning: z.string().nullish(),
});
export type WireBrew = z.output<typeof brew>;

/** A brew: what could be read, what could not, and all of it as it came. */
export interface BrewItem {
  readonly brew: WireBrew;
  readonly invalidFields: readonly string[];
  readonly payload: JsonObject;
}

/** Reads a brew; null when it is none. */
export function readBrew(value: unknown): BrewItem | null {
  const read = parseItem(brew, value);
  return read === null || !isJsonObject(value) ? null : { brew: read.item, invalidFields: read.invalidFields, payload: value };
}

/** Reads the list around the brews, which are left as they are; null when it is none. */
export function readBrews(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}
