import type { Command } from 'commander';

import { findUnsupportedSettings } from '../config/configuration.js';
import { readConfiguration } from '../config/load-configuration.js';
import { ConfigurationError } from '../config/problems.js';
import { configurationJsonSchema } from '../config/schema/configuration-schema.js';
import {
  addCommand,
  addConfigurationOption,
  type CommandContext,
  CommandError,
  type ConfigurationOptions,
  exitCode,
  formatExamples,
  formatExitCodes,
} from './command.js';
import { findConfiguration } from './prepare-configuration.js';

/** `tributary config`: checks a configuration, or prints the JSON Schema of one. */
export function registerConfig(program: Command, context: CommandContext): void {
  const config = addCommand(program, 'config')
    .description('Checks a configuration, or prints the JSON schema of configurations.')
    .helpCommand(false);
  addConfigurationOption(addCommand(config, 'check'))
    .description('Prints every problem of a configuration, with file, line and column. It calls no control plane.')
    .addHelpText(
      'after',
      formatExamples('tributary config check --config tributary.yaml') +
        formatExitCodes('The configuration is valid.', null, 'It is not valid, or there is none.'),
    )
    .action((options: ConfigurationOptions) => context.finish(checkConfiguration(options, context)));
  addCommand(config, 'schema')
    .description('Prints the JSON schema of the configuration, for editors.')
    .addHelpText(
      'after',
      formatExamples('tributary config schema > tributary.schema.json') +
        '\nAn editor uses it when this is the first line of the configuration:\n' +
        '  # yaml-language-server: $schema=./tributary.schema.json\n' +
        formatExitCodes('The schema was printed.', 'It could not be written.'),
    )
    .action(() => context.io.out(JSON.stringify(configurationJsonSchema(context.modules), null, 2)));
}

/** Settings that this version cannot serve are valid, and are printed. */
function checkConfiguration({ config }: ConfigurationOptions, { modules, io }: Omit<CommandContext, 'finish'>): number {
  const file = findConfiguration(config, io);
  if (file === null) throw new CommandError(exitCode.usage, 'There is no configuration to check: name a file with --config.');
  try {
    const configuration = readConfiguration({ file, environment: io.environment, readFile: io.readFile, modules });
    io.out(`${file} is valid: ${configuration.sources.length} source(s).`);
    for (const setting of findUnsupportedSettings(configuration)) io.out(`This version does not serve ${setting} yet.`);
    return exitCode.done;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const line of error.message.split('\n')) io.out(line);
    return exitCode.usage;
  }
}
