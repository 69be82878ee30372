import { createSecureContext } from 'node:tls';

import type { Command } from 'commander';
import { stringify } from 'yaml';

import { suggestSimilar } from '../config/suggestion.js';
import type { SimulatedPlane } from '../sources/simulation/simulated-plane.js';
import type { SourceModule } from '../sources/source-module.js';
import {
  addCommand,
  type CommandContext,
  CommandError,
  exitCode,
  formatExamples,
  formatExitCodes,
  parseFileName,
  parsePort,
  parseSeed,
  type ServedGateway,
} from './command.js';
import { advanceInRealTime } from './demo.js';
import type { Io } from './io.js';
import type { ServeLog } from './log.js';
import { runWithLog } from './serve.js';

interface SimulateOptions {
  readonly port?: number;
  readonly seed?: number;
  readonly name?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** `tributary simulate KIND`: one simulated plane alone, to rehearse a configuration. */
export function registerSimulate(program: Command, { modules, io, finish }: CommandContext): void {
  const kinds = modules.map(({ kind }) => kind);
  const command = addCommand(program, 'simulate')
    .description('Runs one simulated control plane until a signal ends it, and prints the configuration that connects to it.')
    .argument('<kind>', `The kind of the plane: ${kinds.join(', ')}.`)
    .option('--port <number>', 'The port of 127.0.0.1 to listen on. Without it: a free one.', parsePort)
    .option('--name <name>', 'The name of the source. Without it: the kind and -sim.')
    .option('--seed <number>', 'Chooses the tasks and the credentials; the same seed gives the same. Without it: 1.', parseSeed)
    .option('--cert <file>', 'A certificate for 127.0.0.1, PEM; with --key the plane speaks HTTPS. Without it: HTTP.', parseFileName)
    .option('--key <file>', 'The private key of the certificate, PEM.', parseFileName)
    .addHelpText(
      'after',
      formatExamples(
        'tributary simulate vcf --port 4100 > tributary.yaml',
        'tributary simulate astra --cert plane.pem --key plane-key.pem',
      ) + formatExitCodes('A signal ended it.', 'It could not listen.', 'The usage is wrong, or a file cannot be read.'),
    )
    .action(async (kind: string, options: SimulateOptions) => {
      const module = modules.find((each) => each.kind === kind);
      if (module === undefined) {
        return command.error(`error: there is no kind '${kind}'${suggestSimilar(kind, kinds)}`, { exitCode: exitCode.usage });
      }
      if ((options.cert === undefined) !== (options.key === undefined)) {
        return command.error('error: --cert and --key belong together', { exitCode: exitCode.usage });
      }
      finish(await runWithLog(io, (log) => simulate(module, options, io, log)));
    });
}

/** Standard output gets the configuration, and nothing else, so that it can be written to a file. */
async function simulate(
  module: SourceModule,
  { port = 0, seed = 1, cert, key, ...options }: SimulateOptions,
  io: Io,
  { logger }: ServeLog,
): Promise<ServedGateway> {
  const name = options.name ?? `${module.kind}-sim`;
  const tls = cert === undefined || key === undefined ? undefined : readTls(cert, key, io);
  const plane = await startPlane(module, { seed, name, now: io.now, port, isLifelike: true, ...(tls && { tls }) });
  const stop = advanceInRealTime([plane]);
  const source = { name, kind: module.kind, url: plane.url, ...(cert !== undefined && { tls: { caFile: cert } }), ...plane.settings };
  logger.info(`A simulated plane of kind ${module.kind} is at ${plane.url}; this configuration connects to it:`);
  const configuration = stringify({
    auth: { mode: 'none' },
    graphql: { introspection: true, explorer: true },
    store: { kind: 'memory' },
    sources: [source],
  }).trimEnd();
  return {
    log: logger,
    origin: plane.url,
    announcement: configuration,
    reload: null,
    close: async () => {
      stop();
      await plane.close();
    },
  };
}

async function startPlane(module: SourceModule, options: Parameters<SourceModule['simulate']>[0]): Promise<SimulatedPlane> {
  try {
    return await module.simulate(options);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new CommandError(
      exitCode.failed,
      `The plane cannot listen on port ${options.port} of 127.0.0.1 (${code}): choose another with --port.`,
      error,
    );
  }
}

function readTls(certFile: string, keyFile: string, io: Io): { readonly cert: string; readonly key: string } {
  const tls = { cert: readPem(certFile, io), key: readPem(keyFile, io) };
  try {
    // As buffers: empty texts would count as absent.
    createSecureContext({ cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) });
    return tls;
  } catch (error) {
    const message = `The certificate of --cert ${certFile} and the key of --key ${keyFile} cannot be used: expected PEM, and a key without a passphrase that belongs to the certificate.`;
    throw new CommandError(exitCode.usage, message, error);
  }
}

function readPem(file: string, io: Io): string {
  try {
    return io.readFile(file);
  } catch (error) {
    throw new CommandError(exitCode.usage, `The file ${file} cannot be read.`, error);
  }
}
