// Simulated planes. After `fail`, faults are injected into one plane at a time; some tasks change all the time.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';

import { startDemoPlanes } from '../../dist/cli/demo.js';
import { sourceModules } from '../../dist/sources/registry.js';

const demo = await startDemoPlanes({ modules: sourceModules, seed: 1, now: Date.now });
const { planes } = demo;
const respond =
  (status, headers = {}, body = {}) =>
  () => ({ status, headers, body });
const json = { 'content-type': 'application/json' };

const faults = [
  respond(500),
  respond(503, { 'retry-after': '1' }),
  respond(429, { 'retry-after': '1' }),
  respond(401),
  respond(302, { location: 'http://127.0.0.1:9/' }),
  respond(200, json, '{"items": ['),
  respond(200, { 'content-type': 'text/html' }, '<html>'),
  respond(200, { ...json, 'content-length': '5000', connection: 'close' }, '{"items": ['),
  () => 'hang-up',
  () => 'silence',
  async (_call, handle) => {
    await sleep(800);
    return handle();
  },
];
/** The duration of each fault, and of the time between two faults, in milliseconds. */
const faultMs = 3_000;

let isFaulty = false;
let round = 0;
process.on('message', (command) => {
  isFaulty = command === 'fail';
  process.send('done');
});
setInterval(() => {
  for (const { server } of planes) server.fault = null;
  if (isFaulty && round % 2 === 0) planes[(round / 2) % planes.length].server.fault = faults[(round / 2) % faults.length];
  round += 1;
}, faultMs);

/** These tasks restart when they end, so that there is always something to poll and to retry. */
const vcf = planes.find((plane) => 'addCredentialsTask' in plane);
const taskIds = Array.from({ length: 20 }, (_, number) => vcf.addTask({ name: `soak ${number}`, status: 'IN_PROGRESS' }));
let changes = 0;
setInterval(() => {
  const statuses = ['FAILED', 'IN_PROGRESS'];
  vcf.setTask(taskIds[changes % taskIds.length], { status: statuses[changes % statuses.length], name: `soak ${changes}` });
  changes += 1;
}, 500);

process.send(demo.configuration);
