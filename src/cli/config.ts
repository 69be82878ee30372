import type { Command } from 'commander';

import { type Configuration, findRisks, findUnsupportedSettings } from '../config/configuration.js';
import { loadConfiguration, readConfiguration } from '../config/load-configuration.js';
import { ConfigurationError } from '../config/problems.js';
import { configurationJsonSchema } from '../config/schema/configuration-schema.js';
import type { SourceModule } from '../sources/source-module.js';
import { checkStore } from '../store/open-store.js';
import { StoreError } from '../store/store.js';
import { requireValidDocuments } from './check-documents.js';
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
} from './command.js';
import { type DemoPlanes, startDemoPlanes } from './demo.js';
import { describeWritableFile, type Io } from './io.js';
import { type LoadedConfiguration, loadWithFiles } from './reload.js';
import { buildServedSchema } from './schema.js';

/** `tributary config`: checks a configuration, or prints the JSON Schema of one. */
export function registerConfig(program: Command, context: CommandContext): void {
  const config = addCommand(program, 'config')
    .description('Checks a configuration, or prints the JSON schema of configurations.')
    .helpCommand(false);
  addConfigurationOption(addCommand(config, 'check'))
    .description('Prints every problem of a configuration, with file, line and column. It calls no control plane.')
    .option('--connect', 'Also opens the store, and prints why it cannot be used. It changes nothing there.')
    .addHelpText(
      'after',
      formatExamples('tributary config check --config tributary.yaml', 'tributary config check --connect') +
        formatExitCodes('The configuration is valid.', 'With --connect: the store cannot be used.', 'It is not valid, or there is none.'),
    )
    .action(async (options: CheckOptions) => context.finish(await checkConfiguration(options, context)));
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

interface CheckOptions extends ConfigurationOptions {
  readonly connect?: true | undefined;
}

/** Settings that this version cannot serve are valid, and are printed. */
async function checkConfiguration({ config, connect }: CheckOptions, { modules, io }: Omit<CommandContext, 'finish'>): Promise<number> {
  const file = findConfiguration(config, io);
  if (file === null) throw new CommandError(exitCode.usage, 'There is no configuration to check: name a file with --config.');
  try {
    const configuration = readConfiguration({ file, environment: io.environment, readFile: io.readFile, modules });
    const { trustedDocuments } = configuration.graphql;
    if (trustedDocuments !== undefined) requireValidDocuments(trustedDocuments, buildServedSchema(modules, configuration.federation));
    io.out(`${file} is valid: ${configuration.sources.length} source(s).`);
    for (const setting of findUnsupportedSettings(configuration)) io.out(`This version does not serve ${setting} yet.`);
    for (const risk of findRisks(configuration)) io.out(`Warning: ${risk}`);
    if (connect === true) {
      await checkStore(configuration.store);
      io.out('The store can be used.');
    }
    return exitCode.done;
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(exitCode.failed, error.message, error);
    if (!(error instanceof ConfigurationError)) throw error;
    for (const line of error.message.split('\n')) io.out(line);
    return exitCode.usage;
  }
}

// What the other commands do first.

/** A configuration, or the seed of the demo where there is none. */
export interface PreparationOptions extends ConfigurationOptions {
  /** Chooses the tasks of the demo; 1 by default. */
  readonly seed?: number | undefined;
}

/** The configuration to work with, and the simulated planes where it is that of the demo. */
export interface PreparedConfiguration {
  readonly configuration: Configuration;
  /** What it was read from; null for that of the demo. */
  readonly loaded: LoadedConfiguration | null;
  readonly demo: DemoPlanes | null;
}

/** Reads the configuration that is named or found; without one, starts the planes of the demo. */
export async function prepareConfiguration(
  options: PreparationOptions,
  modules: readonly SourceModule[],
  io: Io,
): Promise<PreparedConfiguration> {
  requireCertificateChecks(io);
  const { environment } = io;
  const file = findConfiguration(options.config, io);
  if (file !== null) {
    const loaded = orCommandError(() => loadWithFiles(file, modules, io));
    for (const path of [file, ...loaded.files.keys()]) if (io.isWritableByOthers(path)) io.err(describeWritableFile(path));
    return { configuration: loaded.configuration, loaded, demo: null };
  }
  if (environment['NODE_ENV'] === 'production') {
    throw new CommandError(
      exitCode.usage,
      'There is no configuration, and under NODE_ENV=production there is no demo: name a file with --config.',
    );
  }
  io.err('No configuration was found: this is the demo, with simulated planes. Name a file with --config to use your own.');
  return startDemo(options.seed, modules, io);
}

/** Starts the demo, whatever configuration there is. */
export async function startDemo(seed: number | undefined, modules: readonly SourceModule[], io: Io): Promise<PreparedConfiguration> {
  const demo = await startDemoPlanes({ modules, seed: seed ?? 1, now: io.now, isLifelike: true });
  const { environment, readFile } = io;
  const input = { file: 'the demo', text: demo.configuration, environment, readFile, modules };
  return { configuration: orCommandError(() => loadConfiguration(input)), loaded: null, demo };
}

/** `--config`, else `$TRIBUTARY_CONFIG`, else `./tributary.yaml`; null when there is none of them. An empty variable counts as unset. */
export function findConfiguration(option: string | undefined, { environment, exists }: Pick<Io, 'environment' | 'exists'>): string | null {
  const named = option ?? environment['TRIBUTARY_CONFIG'];
  if (named !== undefined && named !== '') return named;
  return exists('tributary.yaml') ? 'tributary.yaml' : null;
}

/**
 * Refuses to run where Node is told not to check certificates. Connections to the planes would check them all the same, but others,
 * such as those to an identity provider, would not.
 */
function requireCertificateChecks({ environment }: Pick<Io, 'environment'>): void {
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new CommandError(
    exitCode.usage,
    'NODE_TLS_REJECT_UNAUTHORIZED=0 would accept every certificate: remove it from the environment, and name your authority in tls.caFile.',
  );
}
