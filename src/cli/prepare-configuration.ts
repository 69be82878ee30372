import type { Configuration } from '../config/configuration.js';
import { loadConfiguration, readConfiguration } from '../config/load-configuration.js';
import type { SourceModule } from '../sources/source-module.js';
import { CommandError, type ConfigurationOptions, exitCode, orCommandError } from './command.js';
import { type DemoPlanes, startDemoPlanes } from './demo.js';
import type { Io } from './io.js';

/** A configuration, or the seed of the demo where there is none. */
export interface PreparationOptions extends ConfigurationOptions {
  /** Chooses the tasks of the demo; 1 by default. */
  readonly seed?: number | undefined;
}

/** The configuration to work with, and the simulated planes where it is that of the demo. */
export interface PreparedConfiguration {
  readonly configuration: Configuration;
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
    const files = new Set<string>();
    const readFile = (path: string): string => {
      files.add(path);
      return io.readFile(path);
    };
    const configuration = orCommandError(() => readConfiguration({ file, environment, readFile, modules }));
    for (const path of files) if (io.isWritableByOthers(path)) io.err(describeWritableFile(path));
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

/** Starts the demo, whatever configuration there is. */
export async function startDemo(seed: number | undefined, modules: readonly SourceModule[], io: Io): Promise<PreparedConfiguration> {
  const demo = await startDemoPlanes({ modules, seed: seed ?? 1, now: io.now });
  const { environment, readFile } = io;
  const input = { file: 'the demo', text: demo.configuration, environment, readFile, modules };
  return { configuration: orCommandError(() => loadConfiguration(input)), demo };
}

/** `--config`, else `$TRIBUTARY_CONFIG`, else `./tributary.yaml`; null when there is none of them. An empty variable counts as unset. */
export function findConfiguration(option: string | undefined, { environment, exists }: Pick<Io, 'environment' | 'exists'>): string | null {
  const named = option ?? environment['TRIBUTARY_CONFIG'];
  if (named !== undefined && named !== '') return named;
  return exists('tributary.yaml') ? 'tributary.yaml' : null;
}

/** Only files that others can change are reported: files that others can read are common, such as secrets that Kubernetes mounts. */
function describeWritableFile(path: string): string {
  return `Every account of this machine can change ${path}, and with it who has access or where credentials are sent. Run chmod o-w on it.`;
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
