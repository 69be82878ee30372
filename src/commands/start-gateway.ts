import type { AddressInfo } from 'node:net';

import type { FastifyBaseLogger } from 'fastify';

import type { Configuration } from '../config/configuration.js';
import { buildSchema } from '../graphql/build-schema.js';
import { MemoryLedger } from '../ledger/memory-ledger.js';
import { createHttpServer } from '../server/http-server.js';
import { Gateway } from '../task/gateway.js';
import type { SourceModule } from '../task/source/source-module.js';
import { CommandError, exitCode } from './exit-code.js';

export interface GatewaySettings {
  readonly configuration: Configuration;
  readonly modules: readonly SourceModule[];
  readonly explorerFolder: string;
  readonly logger: FastifyBaseLogger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A gateway that listens. */
export interface RunningGateway {
  /** `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** Finishes what is under way and closes every connection. */
  close(): Promise<void>;
}

/** Everything put together. No plane is asked before a client asks. */
export async function startGateway({ configuration, modules, explorerFolder, logger, now }: GatewaySettings): Promise<RunningGateway> {
  const { server, graphql, limits, reads } = configuration;
  const ledger = new MemoryLedger(now);
  const sources = configuration.sources.map(({ module, connection, settings, poll }) => ({
    source: module.create({ ...connection, now }, settings),
    activeMs: poll.activeMs,
  }));
  for (const { source } of sources) for (const id of source.initialTaskIds ?? []) await ledger.track(source.name, id);
  const gateway = new Gateway({ sources, ledger, reads, now, report: (error) => logger.error(error) });
  const app = await createHttpServer({
    gateway,
    schema: buildSchema(modules),
    introspection: graphql.introspection,
    explorerFolder: graphql.explorer ? explorerFolder : null,
    cors: server.cors,
    maxBodyBytes: limits.bodyKb * 1024,
    maxTokens: limits.tokens,
    logger,
  });
  try {
    await app.listen({ host: server.host, port: server.port });
  } catch (error) {
    await gateway.close();
    throw new CommandError(
      exitCode.failed,
      `Cannot listen on ${server.host}, port ${server.port} (${codeOf(error)}): choose another with --port.`,
      error,
    );
  }
  return {
    origin: originOf(server.host, app.server.address()),
    close: async () => {
      await app.close();
      await gateway.close();
    },
  };
}

function originOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
