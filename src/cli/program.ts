import { Command, CommanderError } from 'commander';

import { suggestSimilar } from '../config/suggestion.js';
import type { SourceModule } from '../sources/source-module.js';
import { addAudit } from './audit.js';
import { CommandError, exitCode } from './command-error.js';
import {
  addCommand,
  CommandOutcome,
  configurationHelp,
  examples,
  exitCodes,
  parseFileName,
  parseHost,
  parsePort,
  parseSeed,
} from './command.js';
import { checkConfiguration, type ConfigurationOptions, printConfigurationSchema } from './config.js';
import { runDoctor } from './doctor.js';
import type { Io } from './io.js';
import { addKeys } from './keys.js';
import { renderSchema, SchemaOptions } from './schema.js';
import { serve, serveDemo, type ServeOptions } from './serve.js';

/** Runs one command line, without the program's own name. Nothing is thrown for what a user does wrong. */
export async function runProgram(words: readonly string[], modules: readonly SourceModule[], io: Io): Promise<CommandOutcome> {
  let outcome: CommandOutcome = exitCode.done;
  const set = (value: CommandOutcome): void => {
    outcome = value;
  };
  try {
    await buildProgram(modules, io, set).parseAsync([...words], { from: 'user' });
    return outcome;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (!(error instanceof CommandError)) throw error;
    io.err(error.message);
    return error.exitCode;
  }
}

function buildProgram(modules: readonly SourceModule[], io: Io, set: (outcome: CommandOutcome) => void): Command {
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

  addServeOptions(root.command('serve', { isDefault: true }))
    .description('Serves the API until a signal ends it. This is what tributary does without a command.')
    .option('--config <file>', `${configurationHelp}, then the demo.`, parseFileName)
    .addHelpText('after', examples('tributary serve --port 0', 'tributary serve --config tributary.yaml --port 8080') + serveExitCodes)
    .allowExcessArguments()
    .action(async (options: ServeOptions, { args: [unknown] }: Command) => {
      if (unknown !== undefined) refuseUnknownCommand(root, unknown);
      set(await serve(options, modules, io));
    });

  addServeOptions(root.command('demo'))
    .description('Serves simulated planes, whatever is configured. Tasks appear, progress, fail and finish; retry and cancel work.')
    .addHelpText('after', examples('tributary demo --seed 7') + serveExitCodes)
    .action(async (options: ServeOptions) => set(await serveDemo(options, modules, io)));

  addCommand(root, 'schema')
    .description('Prints the schema of the API as SDL. It is that of this version, whatever is configured.')
    .option('--subgraph', 'Prints the subgraph SDL instead, with the federation directives, for composers.')
    .option('--node', 'With node and nodes in the subgraph SDL, as federation.node: true.')
    .option('--scopes', 'With scope directives in the subgraph SDL, as federation.scopes: true.')
    .addHelpText(
      'after',
      examples('tributary schema > schema.graphql', 'tributary schema --subgraph > subgraph.graphql') +
        exitCodes('It is printed.', 'It could not be written.'),
    )
    .action((options: SchemaOptions) => io.out(renderSchema(options, modules)));

  const config = addCommand(root, 'config').description('Checks a configuration, or prints what one may hold.').helpCommand(false);
  addCommand(config, 'check')
    .description('Prints all that is wrong with a configuration, with file, line and column. It asks no plane.')
    .option('--config <file>', `${configurationHelp}.`, parseFileName)
    .addHelpText(
      'after',
      examples('tributary config check --config tributary.yaml') + exitCodes('It is right.', null, 'It is wrong, or there is none.'),
    )
    .action(({ config: file }: ConfigurationOptions) => set(checkConfiguration(file, modules, io)));
  addCommand(config, 'schema')
    .description('Prints the JSON schema of the configuration, for editors.')
    .addHelpText(
      'after',
      examples('tributary config schema > tributary.schema.json') +
        '\nAn editor uses it when this is the first line of the configuration:\n' +
        '  # yaml-language-server: $schema=./tributary.schema.json\n' +
        exitCodes('It is printed.', 'It could not be written.'),
    )
    .action(() => set(printConfigurationSchema({ modules, print: (text) => io.out(text) })));

  addCommand(root, 'doctor')
    .description('Asks each plane, and prints whether it can be reached, its certificate and clock are good, and it takes the credentials.')
    .option('--config <file>', `${configurationHelp}, then the demo.`, parseFileName)
    .addHelpText('after', examples('tributary doctor --config tributary.yaml') + exitCodes('All is well.', 'Something is not.'))
    .action(async (options: ConfigurationOptions) => set(await runDoctor(options, modules, io)));
  addKeys(root, io);
  addAudit(root, modules, io, set);
  return root;
}

function addServeOptions(command: Command): Command {
  return command
    .helpOption('-h, --help', 'Prints this help.')
    .option('--host <address>', 'The address to listen on. Without it: that of the configuration, then 127.0.0.1.', parseHost)
    .option('--port <number>', 'The port to listen on; 0 takes a free one. Without it: that of the configuration, then 4000.', parsePort)
    .option('--seed <number>', 'Chooses the tasks of the demo; the same seed gives the same tasks. Without it: 1.', parseSeed);
}

/** A word that is no command comes to the default one, which takes none. */
function refuseUnknownCommand(root: Command, word: string): never {
  const names = root.commands.map((known) => known.name());
  return root.error(`error: unknown command '${word}'${suggestSimilar(word, names)}`, { exitCode: exitCode.usage });
}

const serveExitCodes = exitCodes('A signal ended it.', 'It could not listen, or a second signal cut requests that were under way.');
