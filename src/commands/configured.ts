import type { Configuration } from '../config/configuration.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { loadConfiguration } from '../config/load-configuration.js';
import { readConfiguration } from '../config/read-configuration.js';
import type { SourceModule } from '../task/source/source-module.js';
import { type DemoPlanes, startDemoPlanes } from './demo-planes.js';
import { CommandError, exitCode } from './exit-code.js';
import { findConfiguration } from './find-configuration.js';
import type { Io } from './io.js';
import { refuseUncheckedTls } from './refuse-unchecked-tls.js';

export interface ConfiguredOptions {
  readonly config?: string | undefined;
  /** Chooses the tasks of the demo; 1 by default. */
  readonly seed?: number | undefined;
}

/** The configuration to work with, and the simulated planes where it is the demo. */
export interface Configured {
  readonly configuration: Configuration;
  readonly demo: DemoPlanes | null;
}

/** Reads the configuration that is named or found; without one, starts the demo's planes. */
export async function configured(options: ConfiguredOptions, modules: readonly SourceModule[], io: Io): Promise<Configured> {
  refuseUncheckedTls(io);
  const { environment } = io;
  const file = findConfiguration(options.config, io);
  if (file !== null) {
    const files = new Set<string>();
    const readFile = (path: string): string => {
      files.add(path);
      return io.readFile(path);
    };
    const configuration = orRefused(() => readConfiguration({ file, environment, readFile, modules }));
    for (const path of files) if (io.isWritableByOthers(path)) io.err(writableByOthers(path));
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
export async function startDemo(seed: number | undefined, modules: readonly SourceModule[], io: Io): Promise<Configured> {
  const demo = await startDemoPlanes({ modules, seed: seed ?? 1, now: io.now });
  const { environment, readFile } = io;
  const input = { file: 'the demo', text: demo.configuration, environment, readFile, modules };
  return { configuration: orRefused(() => loadConfiguration(input)), demo };
}

/** That others may read it is for its owner to know: secrets that Kubernetes mounts are so. That others may change it is never meant. */
function writableByOthers(path: string): string {
  return `Every account of this machine can change ${path}, and with it who is let in or where credentials go: chmod o-w.`;
}

function orRefused(read: () => Configuration): Configuration {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandError(exitCode.usage, error.message, error);
    throw error;
  }
}
