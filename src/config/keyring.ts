import { dirname, isAbsolute, join } from 'node:path';

import { z } from 'zod';

import { isJsonObject } from '../model/scalars.js';
import type { ConfigurationInput } from './configuration.js';
import { parseYamlText, toPlainValues } from './parse-yaml.js';

/** A key of a caller, without the key. */
const keyringEntrySchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  /** Of the key; 64 lower-case hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** An instant (ISO 8601); null: never. */
  expires: z.iso.datetime({ offset: true }).nullable(),
  roles: z.array(z.string().min(1)),
  created: z.iso.datetime({ offset: true }),
});

const keyringSchema = z.strictObject({ keys: z.array(keyringEntrySchema) });

export type KeyringEntry = z.output<typeof keyringEntrySchema>;

/** The keys in a file that `tributary keys` keeps; null when it is none, or an id is in it twice. */
export function parseKeyring(text: string): readonly KeyringEntry[] | null {
  const read = keyringSchema.safeParse(parseJsonOrNull(text));
  if (!read.success) return null;
  const { keys } = read.data;
  return new Set(keys.map(({ id }) => id)).size === keys.length ? keys : null;
}

/** The text of such a file. */
export function formatKeyring(keys: readonly KeyringEntry[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where the configuration says that keys are kept (`auth.keyringFile`), whatever else is wrong with it; null: nowhere. */
export function findKeyringPath({ file, text, environment }: Pick<ConfigurationInput, 'file' | 'text' | 'environment'>): string | null {
  const { document } = parseYamlText(text.replace(/^\uFEFF/, ''));
  const root = document === null ? null : toPlainValues(document, environment).value;
  const auth = isJsonObject(root) ? root['auth'] : null;
  const path = isJsonObject(auth) && auth['mode'] === 'keys' ? auth['keyringFile'] : null;
  if (typeof path !== 'string' || path === '') return null;
  return isAbsolute(path) ? path : join(dirname(file), path);
}
