// Simulated planes. After `fail` one after the other goes wrong, each time in another way, and some tasks of all change every second.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';

import { startDemoPlanes } from '../../dist/cli/demo-planes.js';
import { sourceModules } from '../../dist/sources/registry.js';

const demo = await startDemoPlanes({ modules: sourceModules, seed: 1, now: Date.now });
const { planes } = demo;
const answer =
  (status, headers = {}, body = {}) =>
  () => ({ status, headers, body });
const json = { 'content-type': 'application/json' };

const faults = [
  answer(500),
  answer(503, { 'retry-after': '1' }),
  answer(429, { 'retry-after': '1' }),
  answer(401),
  answer(302, { location: 'http://127.0.0.1:9/' }),
  answer(200, json, '{"items": ['),
  answer(200, { 'content-type': 'text/html' }, '<html>'),
  answer(200, { ...json, 'content-length': '5000', connection: 'close' }, '{"items": ['),
  () => 'hang-up',
  () => 'silence',
  async (_call, handle) => {
    await sleep(800);
    return handle();
  },
];
/** Of each fault, in milliseconds, and as long without any. */
const faultMs = 3_000;

let isOn = false;
let round = 0;
process.on('message', (word) => {
  isOn = word === 'fail';
  process.send('done');
});
setInterval(() => {
  for (const { server } of planes) server.fault = null;
  if (isOn && round % 2 === 0) planes[(round / 2) % planes.length].server.fault = faults[(round / 2) % faults.length];
  round += 1;
}, faultMs);

/** Of these, what is done is begun again: else there would be nothing to do any more. */
const vcf = planes.find((plane) => 'addCredentialsTask' in plane);
const busy = Array.from({ length: 20 }, (_, number) => vcf.addTask({ name: `soak ${number}`, status: 'IN_PROGRESS' }));
let turn = 0;
setInterval(() => {
  const statuses = ['FAILED', 'IN_PROGRESS'];
  vcf.setTask(busy[turn % busy.length], { status: statuses[turn % statuses.length], name: `soak ${turn}` });
  turn += 1;
}, 500);

process.send(demo.configuration);
