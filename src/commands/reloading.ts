import type { Configuration } from '../config/configuration.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { keyringPathIn } from '../config/keyring-path.js';
import { readConfiguration } from '../config/read-configuration.js';
import type { SourceModule } from '../task/source/source-module.js';
import type { Io } from './io.js';

export interface ReloadingOptions {
  /** The configuration file. */
  readonly file: string;
  readonly modules: readonly SourceModule[];
  readonly io: Io;
  /** Takes over what may change while the gateway runs; false: the mode of authentication is another one, and nothing changed. */
  readonly take: (configuration: Configuration) => boolean;
}

/** What can be read again while the gateway runs: who is let in, and what they may do. */
export interface Reloading {
  /** Reads the configuration again. What is wrong with it is told on standard error, and everything stays as it is. */
  readonly reload: () => void;
  stop(): void;
}

/** From one look at the keyring to the next, in milliseconds: a key that is revoked is refused after so long without a signal. */
const lookMs = 5_000;

/** Reads the configuration again when it is told to, and when the file of the keys changes. */
export function startReloading({ file, modules, io, take }: ReloadingOptions): Reloading {
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
  let seen = keyringTextOf(file, io);
  const timer = setInterval(() => {
    const text = keyringTextOf(file, io);
    if (text === seen) return;
    seen = text;
    reload();
  }, lookMs).unref();
  return { reload, stop: () => clearInterval(timer) };
}

/** Null where no keyring is configured, or it cannot be read. */
function keyringTextOf(file: string, { environment, readFile }: Io): string | null {
  try {
    const path = keyringPathIn({ file, text: readFile(file), environment });
    return path === null ? null : readFile(path);
  } catch {
    return null;
  }
}
