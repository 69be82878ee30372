import { type Configuration, type ConfigurationInput, findUnsupportedSettings } from '../config/configuration.js';
import { loadConfiguration, readConfiguration } from '../config/load-configuration.js';
import { ConfigurationError } from '../config/problems.js';
import { configurationJsonSchema } from '../config/schema/configuration-schema.js';
import type { SourceModule } from '../sources/source-module.js';
import { CommandError, exitCode } from './command-error.js';
import { type DemoPlanes, startDemoPlanes } from './demo-planes.js';
import type { Io } from './io.js';

export interface ConfigurationOptions {
  readonly config?: string | undefined;
  /** Chooses the tasks of the demo; 1 by default. */
  readonly seed?: number | undefined;
}

/** The configuration to work with, and the simulated planes where it is the demo. */
export interface PreparedConfiguration {
  readonly configuration: Configuration;
  readonly demo: DemoPlanes | null;
}

/** Reads the configuration that is named or found; without one, starts the demo's planes. */
export async function prepareConfiguration(
  options: ConfigurationOptions,
  modules: readonly SourceModule[],
  io: Io,
): Promise<PreparedConfiguration> {
  requireCertificateChecks(io);
  const { environment } = io;
  const file = findConfiguration(options.config, io);
  if (file !== null) {
    const files = new Set<string>();
    const readFile = (path: string): string => {
      files.add(path);
      return io.readFile(path);
    };
    const configuration = orCommandError(() => readConfiguration({ file, environment, readFile, modules }));
    for (const path of files) if (io.isWritableByOthers(path)) io.err(warnOfWritableFile(path));
    return { configuration, demo: null };
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

/** The demo, whatever configuration there is. */
export async function startDemo(seed: number | undefined, modules: readonly SourceModule[], io: Io): Promise<PreparedConfiguration> {
  const demo = await startDemoPlanes({ modules, seed: seed ?? 1, now: io.now });
  const { environment, readFile } = io;
  const input = { file: 'the demo', text: demo.configuration, environment, readFile, modules };
  return { configuration: orCommandError(() => loadConfiguration(input)), demo };
}

/** That others may read it is for its owner to know: secrets that Kubernetes mounts are so. That others may change it is never meant. */
function warnOfWritableFile(path: string): string {
  return `Every account of this machine can change ${path}, and with it who is let in or where credentials go: chmod o-w.`;
}

function orCommandError(read: () => Configuration): Configuration {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandError(exitCode.usage, error.message, error);
    throw error;
  }
}

/** `--config`, else `$TRIBUTARY_CONFIG`, else `./tributary.yaml`; null when there is none of them. An empty variable is none. */
export function findConfiguration(option: string | undefined, { environment, exists }: Io): string | null {
  const named = option ?? environment['TRIBUTARY_CONFIG'];
  if (named !== undefined && named !== '') return named;
  return exists('tributary.yaml') ? 'tributary.yaml' : null;
}

/** Refuses a process that Node is told to check no certificates in: to the planes they are checked all the same, but to nothing else. */
export function requireCertificateChecks({ environment }: Pick<Io, 'environment'>): void {
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new CommandError(
    exitCode.usage,
    'NODE_TLS_REJECT_UNAUTHORIZED=0 would accept every certificate: take it out of the environment, and name your authority in tls.caFile.',
  );
}

/** `tributary config check`: 0 when the file is right, 2 when it is not. Modes that this version cannot serve are right, and told. */
export function checkConfigurationFile(input: Omit<ConfigurationInput, 'text'> & { print(line: string): void }): 0 | 2 {
  try {
    const configuration = readConfiguration(input);
    input.print(`${input.file} is right: ${configuration.sources.length} source(s).`);
    for (const mode of findUnsupportedSettings(configuration)) input.print(`This version does not serve ${mode} yet.`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const line of error.message.split('\n')) input.print(line);
    return 2;
  }
}

/** `tributary config schema`: prints the JSON Schema of the configuration file. */
export function printConfigurationSchema(input: { readonly modules: readonly SourceModule[]; print(text: string): void }): 0 {
  input.print(JSON.stringify(configurationJsonSchema(input.modules), null, 2));
  return 0;
}

export function checkConfiguration(option: string | undefined, modules: readonly SourceModule[], io: Io): number {
  const file = findConfiguration(option, io);
  if (file === null) throw new CommandError(exitCode.usage, 'There is no configuration to check: name a file with --config.');
  return checkConfigurationFile({ file, environment: io.environment, readFile: io.readFile, modules, print: (line) => io.out(line) });
}
