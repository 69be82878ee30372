/**
 * A gateway in front of two Astra planes, in a child process, and an empty HTTP server for comparison.
 */
import 'reflect-metadata';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { AstraSimulator } from '../../dist/sources/astra/simulator/astra-simulator.js';
import { startGateway } from '../bench/start-gateway.mjs';

const names = ['faulty', 'healthy'];
const planes = await Promise.all(names.map((name) => AstraSimulator.start({ seed: 1, name, now: Date.now })));
const sources = names.map((name, index) => ({ name, kind: 'astra', url: planes[index].url, ...planes[index].settings }));
const text = JSON.stringify({
  auth: { mode: 'none' },
  store: { kind: 'memory' },
  limits: { operationsPerSecond: 0 },
  sources,
});
const gateway = await startGateway(text);
const emptyServer = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
await new Promise((resolve) => emptyServer.listen(0, '127.0.0.1', resolve));

/** Sets the latency of the first plane in milliseconds; `never`: it does not respond; null: no added latency. */
process.on('message', (latency) => {
  const [{ server }] = planes;
  if (latency === 'never') server.fault = () => 'silence';
  else if (latency === null) server.fault = null;
  else {
    server.fault = async (_call, handle) => {
      await sleep(latency);
      return handle();
    };
  }
  process.send('done');
});
process.send({ origin: gateway.origin, emptyServer: `http://127.0.0.1:${emptyServer.address().port}` });
