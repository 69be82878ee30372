import { createHash, randomBytes } from 'node:crypto';

import { Command, Option } from 'commander';

import { findKeyringPath, formatKeyring, type KeyringEntry, parseKeyring } from '../config/keyring.js';
import { CommandError, exitCode } from './command-error.js';
import { addCommand, configurationHelp, examples, exitCodes, parseFileName, parseKeyId, parseLifetime, parseRoles } from './command.js';
import { findConfiguration } from './config.js';
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
  writeKeyring(path, [...keys, entry], io);
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
  writeKeyring(path, left, io);
  io.err(`Key ${id} is revoked.`);
}

/** A keyring that is not there yet has no keys. */
function openKeyring(options: KeysOptions, io: Io): { readonly path: string; readonly keys: readonly KeyringEntry[] } {
  const path = findKeyringFile(options, io);
  if (!io.exists(path)) return { path, keys: [] };
  const keys = parseKeyring(io.readFile(path));
  if (keys === null) throw new CommandError(exitCode.usage, `${path} is no keyring: tributary keys create makes one in a file of its own.`);
  return { path, keys };
}

function findKeyringFile({ config, keyring }: KeysOptions, io: Io): string {
  if (keyring !== undefined) return keyring;
  const file = findConfiguration(config, io);
  const path = file === null ? null : findKeyringPath({ file, text: io.readFile(file), environment: io.environment });
  if (path === null)
    throw new CommandError(
      exitCode.usage,
      'Where are the keys? Write auth: { mode: keys, keyringFile: ./keys.json } into the configuration, or name the file with --keyring.',
    );
  return path;
}

function writeKeyring(path: string, keys: readonly KeyringEntry[], io: Io): void {
  try {
    io.writeFile(path, formatKeyring(keys));
  } catch (error) {
    throw new CommandError(exitCode.failed, `${path} could not be written.`, error);
  }
}

export function addKeys(root: Command, io: Io): void {
  const keys = addCommand(root, 'keys')
    .description('Makes, lists and revokes the keys of callers, for auth.mode: keys.')
    .helpCommand(false);
  addKeyCommand(keys, 'create')
    .argument('<id>', 'Names the key in grants (key:<id>) and in the journal.', parseKeyId)
    .description('Makes a key and prints it, once; the keyring gets its hash. A gateway that runs takes it within seconds.')
    .option('--role <name>', 'A role that grants can name (role:<name>); may be repeated.', parseRoles)
    .addOption(
      new Option('--expires <time>', 'When it ends, from now, such as 12h or 90d, or never.')
        .argParser(parseLifetime)
        .default(parseLifetime('90d'), '90d'),
    )
    .addHelpText(
      'after',
      examples('tributary keys create ci --role deployer --expires 30d') + exitCodes('It is printed.', 'It could not be kept.'),
    )
    .action((id: string, options: NewKeyOptions) => createKey(id, options, io));
  addKeyCommand(keys, 'list')
    .description('Prints the ids of the keys, when each was made and ends, and its roles.')
    .addHelpText('after', examples('tributary keys list') + exitCodes('They are printed.', null))
    .action((options: KeysOptions) => listKeys(options, io));
  addKeyCommand(keys, 'revoke')
    .argument('<id>', 'Of the key.', parseKeyId)
    .description('Takes a key back. A gateway that runs refuses it within seconds, and ends what it opened within a minute.')
    .addHelpText('after', examples('tributary keys revoke ci') + exitCodes('It is revoked.', 'There is none of this id.'))
    .action((id: string, options: KeysOptions) => revokeKey(id, options, io));
}

function addKeyCommand(parent: Command, name: string): Command {
  return addCommand(parent, name)
    .option('--config <file>', `${configurationHelp}.`, parseFileName)
    .option('--keyring <file>', 'The file of the keys. Without it: auth.keyringFile of the configuration.', parseFileName);
}
