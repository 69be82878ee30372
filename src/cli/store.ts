import type { Command } from 'commander';

import { readConfiguration } from '../config/load-configuration.js';
import { StoreUnavailableError } from '../model/errors.js';
import { backUpStore, confirmStore } from '../store/open-store.js';
import { StoreError, type StoreSettings } from '../store/store.js';
import {
  addCommand,
  addConfigurationOption,
  type CommandContext,
  CommandError,
  type ConfigurationOptions,
  exitCode,
  formatExamples,
  formatExitCodes,
  orCommandError,
  parseFileName,
} from './command.js';
import { findConfiguration } from './config.js';

/** `tributary store`: looks after the store of a gateway. */
export function registerStore(program: Command, context: CommandContext): void {
  const store = addCommand(program, 'store').description('Copies the store, or accepts it without its log.').helpCommand(false);
  addConfigurationOption(addCommand(store, 'backup'))
    .description('Copies the SQLite database of the store into a new file, as it is at one moment. A gateway may run meanwhile.')
    .argument('<file>', 'The file to create. There must be none of this name.', parseFileName)
    .addHelpText(
      'after',
      formatExamples('tributary store backup /backup/tributary.db --config tributary.yaml') +
        formatExitCodes('The file holds the whole store.', 'The store could not be copied; there is no such file.'),
    )
    .action(async (file: string, options: ConfigurationOptions) => context.finish(await backUp(file, options, context)));
  addConfigurationOption(addCommand(store, 'confirm'))
    .description(
      'Accepts an SQLite store whose write-ahead log is missing: what was written last is lost, and the gateway records actions again. It may run meanwhile.',
    )
    .addHelpText(
      'after',
      formatExamples('tributary store confirm --config tributary.yaml') +
        formatExitCodes('The store is accepted, or nothing is missing.', 'The store could not be opened or written.'),
    )
    .action(async (options: ConfigurationOptions) => context.finish(await confirm(options, context)));
}

async function confirm(options: ConfigurationOptions, context: CommandContext): Promise<number> {
  const settings = readStoreSettings(options, context);
  if (settings.kind !== 'sqlite') throw new CommandError(exitCode.usage, `store.kind: ${settings.kind} has no log that could be missing.`);
  const isConfirmed = await orStoreFailure(() => confirmStore(settings.path));
  context.io.out(
    isConfirmed
      ? `The store ${settings.path} is accepted without its write-ahead log. Idempotency keys that were in it are forgotten: look at a task before you repeat an action on it.`
      : `Nothing of the store ${settings.path} is missing.`,
  );
  return exitCode.done;
}

async function backUp(file: string, options: ConfigurationOptions, context: CommandContext): Promise<number> {
  const settings = readStoreSettings(options, context);
  if (settings.kind === 'memory') throw new CommandError(exitCode.usage, 'store.kind: memory has nothing that could be copied.');
  if (settings.kind === 'postgres')
    throw new CommandError(exitCode.usage, 'store.kind: postgres is copied with the tools of PostgreSQL, such as pg_dump.');
  await orStoreFailure(() => backUpStore(settings.path, file));
  context.io.out(`${file} holds the whole store ${settings.path}, as it was when the copy began.`);
  return exitCode.done;
}

/** The settings of the configured store, which exists where it is a file. */
export function readStoreSettings(
  { config }: ConfigurationOptions,
  { modules, io }: Pick<CommandContext, 'modules' | 'io'>,
): StoreSettings {
  const { environment, readFile } = io;
  const file = findConfiguration(config, io);
  if (file === null) throw new CommandError(exitCode.usage, 'There is no configuration, so there is no store: name a file with --config.');
  const { store } = orCommandError(() => readConfiguration({ file, environment, readFile, modules }));
  if (store.kind === 'sqlite' && !io.exists(store.path)) throw new CommandError(exitCode.failed, `There is no store ${store.path} yet.`);
  return store;
}

/** Turns the failure of a store into one of the command. */
export async function orStoreFailure<T>(job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (error instanceof StoreError || error instanceof StoreUnavailableError)
      throw new CommandError(exitCode.failed, error.message, error);
    throw error;
  }
}
