import { Command, CommanderError, InvalidArgumentError } from 'commander';

import type { SourceModule } from '../task/source/source-module.js';
import { configCheck } from './config-check.js';
import { configSchema } from './config-schema.js';
import type { ConfiguredOptions } from './configured.js';
import { doctor } from './doctor.js';
import { CommandError, exitCode } from './exit-code.js';
import { findConfiguration } from './find-configuration.js';
import type { Io } from './io.js';
import { printSchema } from './print-schema.js';
import { demo, serve, type ServeOptions } from './serve.js';
import type { RunningGateway } from './start-gateway.js';

/** A server that goes on, or the exit code of a command that is done. */
export type Outcome = RunningGateway | number;

const where = 'a YAML file; else $TRIBUTARY_CONFIG, else ./tributary.yaml, else the demo';

/** Runs one command line, without the program's own name. Nothing is thrown for what a user does wrong. */
export async function runProgram(words: readonly string[], modules: readonly SourceModule[], io: Io): Promise<Outcome> {
  let outcome: Outcome = exitCode.done;
  const set = (value: Outcome): void => {
    outcome = value;
  };
  try {
    await program(modules, io, set).parseAsync([...words], { from: 'user' });
    return outcome;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (!(error instanceof CommandError)) throw error;
    io.err(error.message);
    return error.exitCode;
  }
}

function program(modules: readonly SourceModule[], io: Io, set: (outcome: Outcome) => void): Command {
  const root = new Command('tributary')
    .description('One GraphQL API for the long-running tasks of many infrastructure control planes.')
    .version(io.version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .showHelpAfterError('Try --help.');

  serving(root.command('serve', { isDefault: true }).description('Serves the API, and the explorer where the configuration has it on.'))
    .option('--config <file>', where)
    .addHelpText('after', exitCodes('it was stopped', 'it could not listen'))
    .action(async (options: ServeOptions) => set(await serve(options, modules, io)));

  serving(root.command('demo').description('Serves simulated planes on loopback, whatever configuration there is.'))
    .addHelpText(
      'after',
      '\nTasks appear, progress, pause, fail, finish, and can be retried and cancelled. The same seed gives the same tasks.',
    )
    .action(async (options: ServeOptions) => set(await demo(options, modules, io)));

  root
    .command('schema')
    .description('Prints the schema of the API as SDL.')
    .addHelpText('after', '\nIt is the schema of this version, whatever is configured: tributary schema > schema.graphql')
    .action(() => io.out(printSchema(modules)));

  const config = root.command('config').description('Checks a configuration, or prints what it may hold.');
  config
    .command('check')
    .description('Says everything that is wrong with a configuration, with file, line and column. It asks no plane.')
    .option('--config <file>', 'a YAML file; else $TRIBUTARY_CONFIG, else ./tributary.yaml')
    .addHelpText('after', exitCodes('it is right', 'never', 'it is not'))
    .action(({ config: file }: ConfiguredOptions) => set(checkConfiguration(file, modules, io)));
  config
    .command('schema')
    .description('Prints the JSON schema of the configuration, for editors.')
    .addHelpText('after', '\nThe first line of a configuration names it: # yaml-language-server: $schema=./tributary.schema.json')
    .action(() => set(configSchema({ modules, print: (text) => io.out(text) })));

  root
    .command('doctor')
    .description('Asks every configured plane: reach, TLS, clock and credentials.')
    .option('--config <file>', where)
    .addHelpText('after', exitCodes('all is well', 'something is not'))
    .action(async (options: ConfiguredOptions) => set(await doctor(options, modules, io)));
  return root;
}

function serving(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on; the configuration says 127.0.0.1 by default')
    .option('--port <number>', 'port to listen on, 0 for a free one; the configuration says 4000 by default', portOf)
    .option('--seed <number>', 'chooses the tasks of the demo', seedOf);
}

function checkConfiguration(option: string | undefined, modules: readonly SourceModule[], io: Io): number {
  const found = findConfiguration(option, io);
  if (found === null) throw new CommandError(exitCode.usage, 'There is no configuration to check: name a file with --config.');
  return configCheck({ file: found.file, environment: io.environment, readFile: io.readFile, modules, print: (line) => io.out(line) });
}

function exitCodes(done: string, failed: string, usage = 'the usage or the configuration is wrong'): string {
  return `\nExit codes: ${exitCode.done} ${done}; ${exitCode.failed} ${failed}; ${exitCode.usage} ${usage}.`;
}

function portOf(text: string): number {
  return wholeNumber(text, 65_535, 'A port is a whole number from 0 to 65535.');
}

function seedOf(text: string): number {
  return wholeNumber(text, 4_294_967_295, 'A seed is a whole number from 0 to 4294967295.');
}

function wholeNumber(text: string, most: number, words: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > most) throw new InvalidArgumentError(words);
  return number;
}
