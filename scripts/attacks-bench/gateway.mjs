/**
 * A gateway in front of simulated planes, in a child process, so that it does not share the event loop of the measurement.
 * Arguments: additional configuration as JSON, and the latency of the planes in milliseconds.
 */
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';

import { parse, stringify } from 'yaml';

import { startDemoPlanes } from '../../dist/cli/demo.js';
import { sourceModules } from '../../dist/sources/registry.js';
import { startGateway } from '../bench/start-gateway.mjs';

const [configuration = '{}', latencyMs = '0'] = process.argv.slice(2);

const demo = await startDemoPlanes({ modules: sourceModules, seed: 1, now: Date.now });
for (const { server } of demo.planes) {
  server.fault = async (_call, handle) => {
    await sleep(Number(latencyMs));
    return handle();
  };
}
const limits = { operationsPerSecond: 0 };
const gateway = await startGateway(stringify({ ...parse(demo.configuration), limits, ...JSON.parse(configuration) }));
process.send(gateway.origin);
process.on('message', () => process.send(Math.round(process.memoryUsage.rss() / 1024 / 1024)));
