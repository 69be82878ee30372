import type { Command } from 'commander';

import { type Configuration, findRisks, findUnsupportedSettings } from '../config/configuration.js';
import { isLoopback } from '../lib/loopback.js';
import { suggestSimilar } from '../config/suggestion.js';
import { PageMissingError } from '../server/explorer/explorer-plugin.js';
import type { SourceModule } from '../sources/source-module.js';
import {
  addConfigurationOption,
  type CommandContext,
  CommandError,
  type CommandOutcome,
  exitCode,
  formatExamples,
  formatExitCodes,
  parseHost,
  parseOrigins,
  parsePort,
  parseSeed,
  type ServedGateway,
} from './command.js';
import { type PreparationOptions, prepareConfiguration, type PreparedConfiguration } from './config.js';
import { advanceInRealTime } from './demo.js';
import type { Io } from './io.js';
import { createServeLog, type ServeLog, warnInLog } from './log.js';
import { ConfigurationReload } from './reload.js';
import { startGateway } from './start-gateway.js';

export interface ServeOptions extends PreparationOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Added to `server.cors`. */
  readonly cors?: readonly string[] | undefined;
}

/** `tributary serve`, which is the command that runs when none is named. */
export function registerServe(program: Command, { modules, io, finish }: CommandContext): void {
  addConfigurationOption(addServeOptions(program.command('serve', { isDefault: true })), ', then the demo')
    .description('Serves the API until a signal ends it. This is the command that runs when none is named.')
    .addHelpText(
      'after',
      formatExamples(
        'tributary serve --port 0',
        'tributary serve --config tributary.yaml --port 8080',
        'tributary serve --cors http://localhost:5173',
      ) + serveExitCodes,
    )
    .allowExcessArguments()
    .action(async (options: ServeOptions, { args: [unknown] }: Command) => {
      if (unknown !== undefined) refuseUnknownCommand(program, unknown);
      finish(await runWithLog(io, (log) => serve(options, modules, io, log)));
    });
}

/** The options of the commands that serve. */
export function addServeOptions(command: Command): Command {
  return command
    .helpOption('-h, --help', 'Prints this help.')
    .option('--host <address>', 'The address to listen on. Without it: that of the configuration, then 127.0.0.1.', parseHost)
    .option('--port <number>', 'The port to listen on; 0 takes a free one. Without it: that of the configuration, then 4000.', parsePort)
    .option(
      '--cors <origins...>',
      'Origins whose web pages may call the API, besides those of the configuration. http://localhost:* stands for every port.',
      parseOrigins,
    )
    .option('--seed <number>', 'Chooses the tasks of the demo; the same seed gives the same tasks. Without it: 1.', parseSeed);
}

/** An unknown command reaches the default command as an argument. */
function refuseUnknownCommand(program: Command, name: string): never {
  const names = program.commands.map((known) => known.name());
  return program.error(`error: unknown command '${name}'${suggestSimilar(name, names)}`, { exitCode: exitCode.usage });
}

export const serveExitCodes = formatExitCodes('A signal ended it.', 'It could not listen, or a second signal cut requests in flight.');

/** Serves until it is closed. Standard output gets exactly one line, the announcement; all else is in the log. */
export async function serve(
  options: ServeOptions,
  modules: readonly SourceModule[],
  io: Io,
  log: ServeLog = createServeLog(io),
): Promise<ServedGateway> {
  const prepared = await prepareConfiguration(options, modules, warnInLog(io, log));
  return startServing(prepared, options, { modules, io, log });
}

/** Runs a server with a log. Why it could not start is logged, and becomes the exit code. */
export async function runWithLog(io: Io, start: (log: ServeLog) => Promise<ServedGateway>): Promise<CommandOutcome> {
  const log = createServeLog(io);
  const { logger } = log;
  io.onWarning(({ name, message }) => logger.warn({ warning: name }, message));
  for (const notice of io.notices) logger.warn(notice);
  try {
    return await start(log);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    for (const line of error.message.split('\n')) logger.fatal(line);
    return error.exitCode;
  }
}

interface ServeContext {
  readonly modules: readonly SourceModule[];
  readonly io: Io;
  readonly log: ServeLog;
}

/** Serves a configuration until it is closed. */
export async function startServing(
  { configuration, loaded, demo }: PreparedConfiguration,
  options: ServeOptions,
  { modules, io, log }: ServeContext,
): Promise<ServedGateway> {
  const { logger } = log;
  log.configure(configuration.log);
  let reload: ConfigurationReload | null = null;
  try {
    const effective = applyOptions(configuration, options);
    for (const risk of findRisks(effective)) logger.warn(risk);
    const gateway = await startGateway({
      configuration: effective,
      modules,
      explorerFolder: io.explorerFolder,
      logger,
      now: io.now,
      monotonic,
      beforeRequest: () => reload?.checkFiles(),
      demo: demo?.control,
    });
    if (loaded !== null) reload = new ConfigurationReload({ loaded, modules, io, log: logger, target: gateway, monotonic });
    const stopDemo = demo === null ? null : advanceInRealTime(demo.planes);
    const base = `${gateway.origin}${effective.server.basePath ?? ''}`;
    logger.info({ origin: gateway.origin }, `Listening at ${gateway.origin}.`);
    if (effective.graphql.explorer) logger.info(`The explorer is at ${base}/explorer`);
    if (demo !== null && effective.graphql.explorer) logger.info(`The planes of the demo can be broken at ${base}/demo`);
    return {
      log: logger,
      origin: gateway.origin,
      announcement: `Tributary is ready at ${base}/graphql`,
      reload: reload === null ? null : () => reload?.reload(),
      close: async () => {
        stopDemo?.();
        reload?.stop();
        await gateway.close();
        await demo?.close();
      },
    };
  } catch (error) {
    await demo?.close();
    if (error instanceof PageMissingError) throw new CommandError(exitCode.failed, error.message, error);
    throw error;
  }
}

const monotonic = (): number => performance.now();

/** The configuration with what the command line overrides. Throws when it cannot be served. */
function applyOptions(configuration: Configuration, { host, port, cors = [] }: ServeOptions): Configuration {
  const { server, auth } = configuration;
  const overridden = { host: host ?? server.host, port: port ?? server.port, cors: [...server.cors, ...cors] };
  const effective = { ...configuration, server: { ...server, ...overridden } };
  if (auth.mode === 'none' && !isLoopback(effective.server.host)) {
    throw new CommandError(
      exitCode.usage,
      `auth.mode: none serves loopback addresses only, such as 127.0.0.1; ${effective.server.host} is not one.`,
    );
  }
  const unsupported = findUnsupportedSettings(effective);
  if (unsupported.length > 0) throw new CommandError(exitCode.usage, `This version does not serve ${unsupported.join(', ')} yet.`);
  return effective;
}
