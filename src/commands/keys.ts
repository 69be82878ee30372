import { createHash, randomBytes } from 'node:crypto';

import { type KeyringEntry, keyringIn, keyringText } from '../config/keyring.js';
import { keyringPathIn } from '../config/keyring-path.js';
import { CommandError, exitCode } from './exit-code.js';
import { findConfiguration } from './find-configuration.js';
import type { Io } from './io.js';

export interface KeysOptions {
  readonly config?: string | undefined;
  /** The file of the keys; else the one that the configuration names. */
  readonly keyring?: string | undefined;
}

export interface NewKeyOptions extends KeysOptions {
  /** Roles that grants can name. */
  readonly role?: readonly string[] | undefined;
  /** Milliseconds; Infinity: for ever. */
  readonly expires: number;
}

/** Puts a new key into the keyring. Standard output gets the key, this one time; the keyring gets its hash. */
export function createKey(id: string, { role = [], expires, ...options }: NewKeyOptions, io: Io): void {
  const { path, keys } = openKeyring(options, io);
  if (keys.some((key) => key.id === id))
    throw new CommandError(exitCode.failed, `There is a key ${id} already: revoke it first, or choose another id.`);
  const key = `trb_${randomBytes(32).toString('base64url')}`;
  const now = io.now();
  const entry: KeyringEntry = {
    id,
    sha256: createHash('sha256').update(key).digest('hex'),
    expires: expires === Infinity ? null : new Date(now + expires).toISOString(),
    roles: [...role],
    created: new Date(now).toISOString(),
  };
  save(path, [...keys, entry], io);
  io.err(
    `Key ${id} is in ${path}; it ends ${entry.expires ?? 'never'}. This is the only time that it is shown; send it as "authorization: Bearer …".`,
  );
  io.out(key);
}

/** Prints what is known of the keys in the keyring: never a key, which is not known. */
export function listKeys(options: KeysOptions, io: Io): void {
  const { keys } = openKeyring(options, io);
  for (const { id, expires, roles, created } of keys) {
    const state = expires !== null && Date.parse(expires) <= io.now() ? 'ended' : 'ends';
    io.out([id, `${state} ${expires ?? 'never'}`, `made ${created}`, ...(roles.length > 0 ? [`roles ${roles.join(' ')}`] : [])].join('\t'));
  }
}

/** Takes a key out of the keyring. A gateway that runs refuses it within seconds, and ends what it opened within a minute. */
export function revokeKey(id: string, options: KeysOptions, io: Io): void {
  const { path, keys } = openKeyring(options, io);
  const left = keys.filter((key) => key.id !== id);
  if (left.length === keys.length) throw new CommandError(exitCode.failed, `There is no key ${id} in ${path}.`);
  save(path, left, io);
  io.err(`Key ${id} is revoked.`);
}

/** A keyring that is not there yet has no keys. */
function openKeyring(options: KeysOptions, io: Io): { readonly path: string; readonly keys: readonly KeyringEntry[] } {
  const path = pathOf(options, io);
  if (!io.exists(path)) return { path, keys: [] };
  const keys = keyringIn(io.readFile(path));
  if (keys === null) throw new CommandError(exitCode.usage, `${path} is no keyring: tributary keys create makes one in a file of its own.`);
  return { path, keys };
}

function pathOf({ config, keyring }: KeysOptions, io: Io): string {
  if (keyring !== undefined) return keyring;
  const file = findConfiguration(config, io);
  const path = file === null ? null : keyringPathIn({ file, text: io.readFile(file), environment: io.environment });
  if (path === null)
    throw new CommandError(
      exitCode.usage,
      'Where are the keys? Write auth: { mode: keys, keyringFile: ./keys.json } into the configuration, or name the file with --keyring.',
    );
  return path;
}

function save(path: string, keys: readonly KeyringEntry[], io: Io): void {
  try {
    io.writeFile(path, keyringText(keys));
  } catch (error) {
    throw new CommandError(exitCode.failed, `${path} could not be written.`, error);
  }
}
