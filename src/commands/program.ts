import { Command, CommanderError, Option } from 'commander';

import { suggestion } from '../config/suggestion.js';
import type { SourceModule } from '../task/source/source-module.js';
import { configCheck } from './config-check.js';
import { configSchema } from './config-schema.js';
import type { ConfiguredOptions } from './configured.js';
import { doctor } from './doctor.js';
import { CommandError, exitCode } from './exit-code.js';
import { findConfiguration } from './find-configuration.js';
import type { Io } from './io.js';
import { exportTrail, verifyTrail } from './audit.js';
import { createKey, type KeysOptions, listKeys, type NewKeyOptions, revokeKey } from './keys.js';
import { fileOf, hostOf, keyIdOf, lifeOf, portOf, rolesOf, seedOf } from './option-values.js';
import { printSchema } from './print-schema.js';
import { printSubgraph } from './print-subgraph.js';
import { demo, serve, type ServeOptions, type Serving } from './serve.js';

/** A server that goes on, or the exit code of a command that is done. */
export type Outcome = Serving | number;

/** Switches of `tributary schema`. */
interface SchemaOptions {
  readonly subgraph?: boolean;
  readonly node?: boolean;
  readonly scopes?: boolean;
}

const where = 'The configuration, a YAML file. Without it: $TRIBUTARY_CONFIG, then ./tributary.yaml';

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
    .version(io.version, '-V, --version', 'Prints the version.')
    .helpOption('-h, --help', 'Prints this help; tributary COMMAND --help that of a command.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .showHelpAfterError('Try --help.')
    .addHelpText(
      'after',
      examples(
        'tributary                               Serves; the demo without a file.',
        'tributary config check --config a.yaml  Says what is wrong with it.',
        'tributary doctor --config a.yaml        Says whether its planes answer.',
      ) + exitCodes('It is done.', 'It failed.'),
    );

  serving(root.command('serve', { isDefault: true }))
    .description('Serves the API until a signal ends it. This is what tributary does without a command.')
    .option('--config <file>', `${where}, then the demo.`, fileOf)
    .addHelpText('after', examples('tributary serve --port 0', 'tributary serve --config tributary.yaml --port 8080') + servingExits)
    .allowExcessArguments()
    .action(async (options: ServeOptions, { args: [unknown] }: Command) => {
      if (unknown !== undefined) refuse(root, unknown);
      set(await serve(options, modules, io));
    });

  serving(root.command('demo'))
    .description('Serves simulated planes, whatever is configured. Tasks appear, progress, fail and finish; retry and cancel work.')
    .addHelpText('after', examples('tributary demo --seed 7') + servingExits)
    .action(async (options: ServeOptions) => set(await demo(options, modules, io)));

  command(root, 'schema')
    .description('Prints the schema of the API as SDL. It is that of this version, whatever is configured.')
    .option('--subgraph', 'Prints the subgraph SDL instead, with the federation directives, for composers.')
    .option('--node', 'With node and nodes in the subgraph SDL, as federation.node: true.')
    .option('--scopes', 'With scope directives in the subgraph SDL, as federation.scopes: true.')
    .addHelpText(
      'after',
      examples('tributary schema > schema.graphql', 'tributary schema --subgraph > subgraph.graphql') +
        exitCodes('It is printed.', 'It could not be written.'),
    )
    .action((options: SchemaOptions) => io.out(schemaText(options, modules)));

  const config = command(root, 'config').description('Checks a configuration, or prints what one may hold.').helpCommand(false);
  command(config, 'check')
    .description('Prints all that is wrong with a configuration, with file, line and column. It asks no plane.')
    .option('--config <file>', `${where}.`, fileOf)
    .addHelpText(
      'after',
      examples('tributary config check --config tributary.yaml') + exitCodes('It is right.', null, 'It is wrong, or there is none.'),
    )
    .action(({ config: file }: ConfiguredOptions) => set(checkConfiguration(file, modules, io)));
  command(config, 'schema')
    .description('Prints the JSON schema of the configuration, for editors.')
    .addHelpText(
      'after',
      examples('tributary config schema > tributary.schema.json') +
        '\nAn editor uses it when this is the first line of the configuration:\n' +
        '  # yaml-language-server: $schema=./tributary.schema.json\n' +
        exitCodes('It is printed.', 'It could not be written.'),
    )
    .action(() => set(configSchema({ modules, print: (text) => io.out(text) })));

  command(root, 'doctor')
    .description('Asks each plane, and prints whether it can be reached, its certificate and clock are good, and it takes the credentials.')
    .option('--config <file>', `${where}, then the demo.`, fileOf)
    .addHelpText('after', examples('tributary doctor --config tributary.yaml') + exitCodes('All is well.', 'Something is not.'))
    .action(async (options: ConfiguredOptions) => set(await doctor(options, modules, io)));
  addKeys(root, io);
  addAudit(root, modules, io, set);
  return root;
}

function schemaText({ subgraph = false, node = false, scopes = false }: SchemaOptions, modules: readonly SourceModule[]): string {
  if (!subgraph && (node || scopes))
    throw new CommandError(exitCode.usage, '--node and --scopes are parts of the subgraph SDL: add --subgraph.');
  return subgraph ? printSubgraph(modules, { node, scopes }) : printSchema(modules);
}

function addKeys(root: Command, io: Io): void {
  const keys = command(root, 'keys').description('Makes, lists and revokes the keys of callers, for auth.mode: keys.').helpCommand(false);
  keyed(keys, 'create')
    .argument('<id>', 'Names the key in grants (key:<id>) and in the journal.', keyIdOf)
    .description('Makes a key and prints it, once; the keyring gets its hash. A gateway that runs takes it within seconds.')
    .option('--role <name>', 'A role that grants can name (role:<name>); may be repeated.', rolesOf)
    .addOption(
      new Option('--expires <time>', 'When it ends, from now, such as 12h or 90d, or never.')
        .argParser(lifeOf)
        .default(lifeOf('90d'), '90d'),
    )
    .addHelpText(
      'after',
      examples('tributary keys create ci --role deployer --expires 30d') + exitCodes('It is printed.', 'It could not be kept.'),
    )
    .action((id: string, options: NewKeyOptions) => createKey(id, options, io));
  keyed(keys, 'list')
    .description('Prints the ids of the keys, when each was made and ends, and its roles.')
    .addHelpText('after', examples('tributary keys list') + exitCodes('They are printed.', null))
    .action((options: KeysOptions) => listKeys(options, io));
  keyed(keys, 'revoke')
    .argument('<id>', 'Of the key.', keyIdOf)
    .description('Takes a key back. A gateway that runs refuses it within seconds, and ends what it opened within a minute.')
    .addHelpText('after', examples('tributary keys revoke ci') + exitCodes('It is revoked.', 'There is none of this id.'))
    .action((id: string, options: KeysOptions) => revokeKey(id, options, io));
}

function addAudit(root: Command, modules: readonly SourceModule[], io: Io, set: (outcome: Outcome) => void): void {
  const audit = command(root, 'audit').description('Checks and prints the trail of all actions in the store.').helpCommand(false);
  command(audit, 'verify')
    .description('Follows the chain of hashes and names the first entry that is not as it was written. A gateway may run meanwhile.')
    .option('--config <file>', `${where}.`, fileOf)
    .addHelpText('after', examples('tributary audit verify --config tributary.yaml') + exitCodes('It is whole.', 'It is broken.'))
    .action(async (options: ConfiguredOptions) => set(await verifyTrail(options, modules, io)));
  command(audit, 'export')
    .description('Prints every entry as a line of JSON, with its hash and that of the one before.')
    .option('--config <file>', `${where}.`, fileOf)
    .addHelpText('after', examples('tributary audit export > audit.jsonl') + exitCodes('It is printed.', 'It could not be read.'))
    .action(async (options: ConfiguredOptions) => set(await exportTrail(options, modules, io)));
}

function keyed(parent: Command, name: string): Command {
  return command(parent, name)
    .option('--config <file>', `${where}.`, fileOf)
    .option('--keyring <file>', 'The file of the keys. Without it: auth.keyringFile of the configuration.', fileOf);
}

function command(parent: Command, name: string): Command {
  return parent.command(name).helpOption('-h, --help', 'Prints this help.');
}

function serving(command: Command): Command {
  return command
    .helpOption('-h, --help', 'Prints this help.')
    .option('--host <address>', 'The address to listen on. Without it: that of the configuration, then 127.0.0.1.', hostOf)
    .option('--port <number>', 'The port to listen on; 0 takes a free one. Without it: that of the configuration, then 4000.', portOf)
    .option('--seed <number>', 'Chooses the tasks of the demo; the same seed gives the same tasks. Without it: 1.', seedOf);
}

function checkConfiguration(option: string | undefined, modules: readonly SourceModule[], io: Io): number {
  const file = findConfiguration(option, io);
  if (file === null) throw new CommandError(exitCode.usage, 'There is no configuration to check: name a file with --config.');
  return configCheck({ file, environment: io.environment, readFile: io.readFile, modules, print: (line) => io.out(line) });
}

/** A word that is no command comes to the default one, which takes none. */
function refuse(root: Command, word: string): never {
  const names = root.commands.map((known) => known.name());
  return root.error(`error: unknown command '${word}'${suggestion(word, names)}`, { exitCode: exitCode.usage });
}

function examples(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function exitCodes(done: string, failed: string | null, usage = 'The usage or the configuration is wrong.'): string {
  const lines = [`${exitCode.done}  ${done}`, ...(failed === null ? [] : [`${exitCode.failed}  ${failed}`]), `${exitCode.usage}  ${usage}`];
  return `\nExit codes:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

const servingExits = exitCodes('A signal ended it.', 'It could not listen, or a second signal cut requests that were under way.');
