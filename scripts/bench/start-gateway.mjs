import 'reflect-metadata';

import { pino } from 'pino';

import { startGateway as start } from '../../dist/cli/start-gateway.js';
import { loadConfiguration } from '../../dist/config/load-configuration.js';
import { sourceModules } from '../../dist/sources/registry.js';

/** Starts the built gateway on a free port with a configuration in YAML, and without a log. */
export function startGateway(text) {
  const configuration = loadConfiguration({ file: 'bench.yaml', text, environment: {}, readFile: String, modules: sourceModules });
  return start({
    configuration: { ...configuration, server: { ...configuration.server, port: 0 } },
    modules: sourceModules,
    explorerFolder: 'dist/explorer',
    logger: pino({ level: 'silent' }),
    now: Date.now,
    monotonic: () => performance.now(),
  });
}
