import { randomBytes } from 'node:crypto';

import { type Command, Option } from 'commander';

import { findKeyringPath, formatKeyring, hashApiKey, type KeyringEntry, parseKeyring } from '../config/keyring.js';
import {
  addCommand,
  addConfigurationOption,
  type CommandContext,
  CommandError,
  type ConfigurationOptions,
  exitCode,
  formatExamples,
  formatExitCodes,
  parseFileName,
  parseKeyId,
  parseLifetime,
  parseRoles,
} from './command.js';
import { findConfiguration } from './config.js';
import type { Io } from './io.js';

/** `tributary keys`: creates, lists and revokes the keys of callers. */
export function registerKeys(program: Command, { io }: CommandContext): void {
  const keys = addCommand(program, 'keys')
    .description('Creates, lists and revokes the keys of callers, for auth.mode: keys.')
    .helpCommand(false);
  addKeyCommand(keys, 'create')
    .argument('<id>', 'Names the key in grants (key:<id>) and in the audit trail.', parseKeyId)
    .description('Creates a key and prints it once; the keyring stores its hash. A running gateway accepts the key within seconds.')
    .option('--role <name>', 'A role that grants can name (role:<name>); may be repeated.', parseRoles)
    .addOption(
      new Option('--expires <time>', 'When the key expires, from now, such as 12h or 90d, or never.')
        .argParser(parseLifetime)
        .default(parseLifetime('90d'), '90d'),
    )
    .addHelpText(
      'after',
      formatExamples('tributary keys create ci --role deployer --expires 30d') +
        formatExitCodes('The key was printed.', 'The key could not be stored.'),
    )
    .action((id: string, options: NewKeyOptions) => createKey(id, options, io));
  addKeyCommand(keys, 'list')
    .description('Prints the ids of the keys, when each was created and expires, and its roles.')
    .addHelpText('after', formatExamples('tributary keys list') + formatExitCodes('The keys were printed.', null))
    .action((options: KeysOptions) => listKeys(options, io));
  addKeyCommand(keys, 'revoke')
    .argument('<id>', 'The id of the key.', parseKeyId)
    .description('Revokes a key. A running gateway refuses it within seconds, and closes its connections within a minute.')
    .addHelpText(
      'after',
      formatExamples('tributary keys revoke ci') + formatExitCodes('The key is revoked.', 'There is no key with this id.'),
    )
    .action((id: string, options: KeysOptions) => revokeKey(id, options, io));
}

function addKeyCommand(parent: Command, name: string): Command {
  return addConfigurationOption(addCommand(parent, name)).option(
    '--keyring <file>',
    'The file with the keys. Without it: auth.keyringFile of the configuration.',
    parseFileName,
  );
}

interface KeysOptions extends ConfigurationOptions {
  /** The file with the keys; otherwise the one that the configuration names. */
  readonly keyring?: string | undefined;
}

interface NewKeyOptions extends KeysOptions {
  /** Roles that grants can name. */
  readonly role?: readonly string[] | undefined;
  /** Milliseconds from now; Infinity for a key that does not expire. */
  readonly expires: number;
}

/** Adds a new key to the keyring. The key itself is printed and stored nowhere. */
function createKey(id: string, { role = [], expires, ...options }: NewKeyOptions, io: Io): void {
  const { path, keys } = openKeyring(options, io);
  if (keys.some((key) => key.id === id))
    throw new CommandError(exitCode.failed, `There already is a key ${id}: revoke it first, or choose another id.`);
  const key = `trb_${randomBytes(32).toString('base64url')}`;
  const now = io.now();
  const entry: KeyringEntry = {
    id,
    sha256: hashApiKey(key),
    expires: expires === Infinity ? null : new Date(now + expires).toISOString(),
    roles: [...role],
    created: new Date(now).toISOString(),
  };
  writeKeyring(path, [...keys, entry], io);
  io.err(
    `The hash of key ${id} was added to ${path}; the key expires ${entry.expires ?? 'never'}. This is the only time that the key is shown; send it as "authorization: Bearer …".`,
  );
  io.out(key);
}

/** Prints the keys in the keyring, of which only hashes are known. */
function listKeys(options: KeysOptions, io: Io): void {
  const { keys } = openKeyring(options, io);
  for (const { id, expires, roles, created } of keys) {
    const state = expires !== null && Date.parse(expires) <= io.now() ? 'expired' : 'expires';
    io.out(
      [id, `${state} ${expires ?? 'never'}`, `created ${created}`, ...(roles.length > 0 ? [`roles ${roles.join(' ')}`] : [])].join('\t'),
    );
  }
}

/** Removes a key from the keyring. */
function revokeKey(id: string, options: KeysOptions, io: Io): void {
  const { path, keys } = openKeyring(options, io);
  const remaining = keys.filter((key) => key.id !== id);
  if (remaining.length === keys.length) throw new CommandError(exitCode.failed, `There is no key ${id} in ${path}.`);
  writeKeyring(path, remaining, io);
  io.err(`Key ${id} is revoked.`);
}

/** A keyring that does not exist yet is empty. */
function openKeyring(options: KeysOptions, io: Io): { readonly path: string; readonly keys: readonly KeyringEntry[] } {
  const path = findKeyringFile(options, io);
  if (!io.exists(path)) return { path, keys: [] };
  const keys = parseKeyring(io.readFile(path));
  if (keys === null)
    throw new CommandError(exitCode.usage, `${path} is not a keyring: tributary keys create makes one in a file of its own.`);
  return { path, keys };
}

function findKeyringFile({ config, keyring }: KeysOptions, io: Io): string {
  if (keyring !== undefined) return keyring;
  const file = findConfiguration(config, io);
  const path = file === null ? null : findKeyringPath({ file, text: io.readFile(file), environment: io.environment });
  if (path === null)
    throw new CommandError(
      exitCode.usage,
      'No keyring is named: write auth: { mode: keys, keyringFile: ./keys.json } into the configuration, or name the file with --keyring.',
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
