import { createHash } from 'node:crypto';

import * as z from 'zod';

import { isJsonObject, parseJson } from '../model/scalars.js';
import type { HashedApiKey } from '../server/authentication/authentication-settings.js';
import type { ConfigurationInput } from './configuration.js';
import { parseYamlText, toPlainValues } from './parse-yaml.js';
import { resolveBesideFile } from './path.js';

/** What an id of a key looks like, in the configuration, in a keyring and on the command line. */
export const keyIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** A SHA-256 in lower-case hexadecimal digits. */
export const sha256Pattern = /^[0-9a-f]{64}$/;

/** An API key as the keyring stores it: its hash, never the key itself. */
const keyringEntrySchema = z.strictObject({
  id: z.string().regex(keyIdPattern),
  sha256: z.string().regex(sha256Pattern),
  /** An instant (ISO 8601); null: the key does not expire. */
  expires: z.iso.datetime({ offset: true }).nullable(),
  roles: z.array(z.string().min(1)),
  created: z.iso.datetime({ offset: true }),
});

const keyringSchema = z.strictObject({ keys: z.array(keyringEntrySchema) });

export type KeyringEntry = z.output<typeof keyringEntrySchema>;

/** The keys in a keyring file; null when the text is not one, or contains an id twice. */
export function parseKeyring(text: string): readonly KeyringEntry[] | null {
  const read = keyringSchema.safeParse(parseJson(text));
  if (!read.success) return null;
  const { keys } = read.data;
  return new Set(keys.map(({ id }) => id)).size === keys.length ? keys : null;
}

/** The hash of a key as configuration and keyring store it; ApiKeyVerifier says why one round of SHA-256 is enough. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The text of a keyring file. */
export function formatKeyring(keys: readonly KeyringEntry[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

/** A key as the authenticator takes it; `expires` is absent or null for a key that does not expire. */
export function toHashedApiKey({ expires, id, sha256, roles }: Omit<KeyringEntry, 'expires' | 'created'> & ExpiringKey): HashedApiKey {
  return { id, sha256, roles, expiresAt: expires == null ? null : Date.parse(expires) };
}

interface ExpiringKey {
  readonly expires?: string | null | undefined;
}

/** The path in `auth.keyringFile`, whatever else is wrong with the configuration; null when there is none. */
export function findKeyringPath({ file, text, environment }: Pick<ConfigurationInput, 'file' | 'text' | 'environment'>): string | null {
  const { document } = parseYamlText(text);
  const root = document === null ? null : toPlainValues(document, environment).value;
  const auth = isJsonObject(root) ? root['auth'] : null;
  const path = isJsonObject(auth) && auth['mode'] === 'keys' ? auth['keyringFile'] : null;
  if (typeof path !== 'string' || path === '') return null;
  return resolveBesideFile(file, path);
}
