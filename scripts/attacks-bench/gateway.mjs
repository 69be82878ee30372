/**
 * A gateway in front of simulated planes, in a process of its own, so that its event loop is not that of the measurement.
 * Arguments: what is configured besides, as JSON, and how long each answer of a plane takes, in milliseconds.
 */
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';

import { parse, stringify } from 'yaml';

import { startDemoPlanes } from '../../dist/cli/demo-planes.js';
import { sourceModules } from '../../dist/sources/registry.js';
import { startGateway } from '../bench/start-gateway.mjs';

const [more = '{}', latencyMs = '0'] = process.argv.slice(2);

const planes = await startDemoPlanes({ modules: sourceModules, seed: 1, now: Date.now });
for (const { server } of planes.planes) {
  server.fault = async (_call, handle) => {
    await sleep(Number(latencyMs));
    return handle();
  };
}
const limits = { operationsPerSecond: 0 };
const gateway = await startGateway(stringify({ ...parse(planes.configuration), limits, ...JSON.parse(more) }));
process.send(gateway.origin);
process.on('message', () => process.send(Math.round(process.memoryUsage.rss() / 1024 / 1024)));
