import { pino } from 'pino';

import { type Configuration, findUnsupportedSettings } from '../config/configuration.js';
import { findKeyringPath } from '../config/keyring.js';
import { readConfiguration } from '../config/load-configuration.js';
import { isLoopback } from '../config/loopback.js';
import { ConfigurationError } from '../config/problems.js';
import { PageMissingError } from '../server/explorer/static-files.js';
import type { SourceModule } from '../sources/source-module.js';
import { CommandError, exitCode } from './command-error.js';
import { type ConfigurationOptions, findConfiguration, prepareConfiguration, type PreparedConfiguration, startDemo } from './config.js';
import { keepAlive } from './demo-planes.js';
import type { Io } from './io.js';
import { startGateway } from './start-gateway.js';

export interface ServeOptions extends ConfigurationOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** A gateway that listens, and the planes of the demo with it. */
export interface ServedGateway {
  /** `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** Reads the configuration again, as far as that can change while it serves; null where there is no file to read. */
  readonly reload: (() => void) | null;
  /** Finishes what is under way and closes every connection. */
  close(): Promise<void>;
}

/** Serves until it is closed. Standard output gets exactly one line, when it listens. */
export async function serve(options: ServeOptions, modules: readonly SourceModule[], io: Io): Promise<ServedGateway> {
  return startServing(await prepareConfiguration(options, modules, io), options, modules, io);
}

/** Serves simulated planes, whatever configuration there is. */
export async function serveDemo(options: ServeOptions, modules: readonly SourceModule[], io: Io): Promise<ServedGateway> {
  return startServing(await startDemo(options.seed, modules, io), options, modules, io);
}

async function startServing(
  { configuration, demo: planes }: PreparedConfiguration,
  options: ServeOptions,
  modules: readonly SourceModule[],
  io: Io,
): Promise<ServedGateway> {
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
    const reloading = file === null ? null : startConfigurationReload({ file, modules, io, apply: take });
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
  const modes = findUnsupportedSettings(effective);
  if (modes.length > 0) throw new CommandError(exitCode.usage, `This version does not serve ${modes.join(', ')} yet.`);
  return effective;
}

export interface ConfigurationReloadOptions {
  /** The configuration file. */
  readonly file: string;
  readonly modules: readonly SourceModule[];
  readonly io: Io;
  /** Takes over what may change while the gateway runs; false: the mode of authentication is another one, and nothing changed. */
  readonly apply: (configuration: Configuration) => boolean;
}

/** What can be read again while the gateway runs: who is let in, and what they may do. */
export interface ConfigurationReload {
  /** Reads the configuration again. What is wrong with it is told on standard error, and everything stays as it is. */
  readonly reload: () => void;
  stop(): void;
}

/** From one look at the keyring to the next, in milliseconds: a key that is revoked is refused after so long without a signal. */
const keyringCheckMs = 5_000;

/** Reads the configuration again when it is told to, and when the file of the keys changes. */
export function startConfigurationReload({ file, modules, io, apply: take }: ConfigurationReloadOptions): ConfigurationReload {
  const { environment, readFile } = io;
  const reload = (): void => {
    try {
      const isTaken = take(readConfiguration({ file, environment, readFile, modules }));
      io.err(isTaken ? 'Who is let in was read again.' : 'auth.mode is another one now: it takes a new start. Nothing was changed.');
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      io.err(`The configuration was read again, and is wrong; everything stays as it is.\n${error.message}`);
    }
  };
  let seen = readKeyringText(file, io);
  const timer = setInterval(() => {
    const text = readKeyringText(file, io);
    if (text === seen) return;
    seen = text;
    reload();
  }, keyringCheckMs).unref();
  return { reload, stop: () => clearInterval(timer) };
}

/** Null where no keyring is configured, or it cannot be read. */
function readKeyringText(file: string, { environment, readFile }: Io): string | null {
  try {
    const path = findKeyringPath({ file, text: readFile(file), environment });
    return path === null ? null : readFile(path);
  } catch {
    return null;
  }
}
