import { pino } from 'pino';

import type { Configuration } from '../config/configuration.js';
import { isLoopback } from '../config/loopback.js';
import { unsupportedModes } from '../config/unsupported-modes.js';
import { PageMissingError } from '../server/explorer/page-missing-error.js';
import type { SourceModule } from '../task/source/source-module.js';
import { type Configured, configured, type ConfiguredOptions, startDemo } from './configured.js';
import { keepAlive } from './demo-planes.js';
import { CommandError, exitCode } from './exit-code.js';
import type { Io } from './io.js';
import { findConfiguration } from './find-configuration.js';
import { startReloading } from './reloading.js';
import { startGateway } from './start-gateway.js';

export interface ServeOptions extends ConfiguredOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** A gateway that listens, and the planes of the demo with it. */
export interface Serving {
  /** `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** Reads the configuration again, as far as that can change while it serves; null where there is no file to read. */
  readonly reload: (() => void) | null;
  /** Finishes what is under way and closes every connection. */
  close(): Promise<void>;
}

/** Serves until it is closed. Standard output gets exactly one line, when it listens. */
export async function serve(options: ServeOptions, modules: readonly SourceModule[], io: Io): Promise<Serving> {
  return run(await configured(options, modules, io), options, modules, io);
}

/** Serves simulated planes, whatever configuration there is. */
export async function demo(options: ServeOptions, modules: readonly SourceModule[], io: Io): Promise<Serving> {
  return run(await startDemo(options.seed, modules, io), options, modules, io);
}

async function run(
  { configuration, demo: planes }: Configured,
  options: ServeOptions,
  modules: readonly SourceModule[],
  io: Io,
): Promise<Serving> {
  try {
    const effective = withOptions(configuration, options);
    const gateway = await startGateway({
      configuration: effective,
      modules,
      explorerFolder: io.explorerFolder,
      logger: pino({ level: 'info', redact: ['req.headers.authorization'] }, { write: (line: string) => io.err(line.trimEnd()) }),
      now: io.now,
      steady: () => performance.now(),
    });
    const stop = planes === null ? null : keepAlive(planes.planes);
    const file = planes === null ? findConfiguration(options.config, io) : null;
    const take = ({ auth }: Configuration): boolean => gateway.replaceAccess(auth);
    const reloading = file === null ? null : startReloading({ file, modules, io, take });
    if (effective.graphql.explorer) io.err(`The explorer is at ${gateway.origin}/explorer`);
    io.out(`Tributary is ready at ${gateway.origin}/graphql`);
    return {
      origin: gateway.origin,
      reload: reloading?.reload ?? null,
      close: async () => {
        stop?.();
        reloading?.stop();
        await gateway.close();
        await planes?.close();
      },
    };
  } catch (error) {
    await planes?.close();
    if (error instanceof PageMissingError) throw new CommandError(exitCode.failed, error.message, error);
    throw error;
  }
}

function withOptions(configuration: Configuration, { host, port }: ServeOptions): Configuration {
  const { server, auth } = configuration;
  const effective = { ...configuration, server: { ...server, host: host ?? server.host, port: port ?? server.port } };
  if (auth.mode === 'none' && !isLoopback(effective.server.host)) {
    throw new CommandError(
      exitCode.usage,
      `auth.mode: none serves loopback addresses only, such as 127.0.0.1; ${effective.server.host} is not one.`,
    );
  }
  const modes = unsupportedModes(effective);
  if (modes.length > 0) throw new CommandError(exitCode.usage, `This version does not serve ${modes.join(', ')} yet.`);
  return effective;
}
