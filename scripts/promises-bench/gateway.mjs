/**
 * A gateway in front of two Astra planes, in a process of its own, and a server that answers at once, for comparison.
 */
import 'reflect-metadata';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { AstraSimulator } from '../../dist/sources/astra/simulator/astra-simulator.js';
import { startGateway } from '../bench/start-gateway.mjs';

const names = ['ill', 'well'];
const planes = await Promise.all(names.map((name) => AstraSimulator.start({ seed: 1, name, now: Date.now })));
const sources = names.map((name, index) => ({ name, kind: 'astra', url: planes[index].url, ...planes[index].settings }));
const text = JSON.stringify({
  auth: { mode: 'none' },
  store: { kind: 'memory' },
  limits: { operationsPerSecond: 0 },
  sources,
});
const gateway = await startGateway(text);
const floor = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
await new Promise((resolve) => floor.listen(0, '127.0.0.1', resolve));

/** From now on the first plane takes so long, in milliseconds; `never` answers nothing; null is well again. */
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
process.send({ origin: gateway.origin, floor: `http://127.0.0.1:${floor.address().port}` });
