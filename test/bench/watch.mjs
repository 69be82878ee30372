// Measures the cost of subscriptions: npm run bench:watch [subscribers] [cycles]. It prints a table and asserts nothing.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';

import { pino } from 'pino';

import { Child } from '../../scripts/bench/child.mjs';
import { print } from '../../scripts/bench/print.mjs';
import { startGateway } from '../../dist/cli/start-gateway.js';
import { loadConfiguration } from '../../dist/config/load-configuration.js';
import { sourceModules } from '../../dist/sources/registry.js';
import { VcfSimulator } from '../../dist/sources/vcf/simulator/vcf-simulator.js';

const subscribers = Number(process.argv[2] ?? 5_000);
const cycles = Number(process.argv[3] ?? 100_000);
/** The number of polls during which calls are counted. */
const polls = 5;
const pollMs = 1_000;

const plane = await VcfSimulator.start({ seed: 1, name: 'vcf', now: Date.now });
plane.clear();
plane.fill(50);
const taskId = plane.addTask({ status: 'IN_PROGRESS', name: 'before' });
/** When the plane last served its list. */
let listedAt = 0;
plane.server.fault = (call, handle) => {
  if (call.path === '/v1/tasks') listedAt = Date.now();
  return handle();
};
const limits = { sockets: 0, socketsPerCaller: 0, subscriptionsPerSocket: 0, operationsPerSecond: 0 };
const gateway = await startGateway({
  configuration: loadConfiguration({
    file: 'bench.yaml',
    text: JSON.stringify({
      server: { port: 0 },
      auth: { mode: 'none' },
      store: { kind: 'memory' },
      limits,
      sources: [{ name: 'vcf', kind: 'vcf', url: plane.url, ...plane.settings, poll: { activeMs: pollMs, idleMs: pollMs } }],
    }),
    environment: {},
    readFile: () => '',
    modules: sourceModules,
  }),
  modules: sourceModules,
  explorerFolder: 'dist/explorer',
  logger: pino({ level: 'error' }, pino.destination(2)),
  now: Date.now,
  // Without jitter, every time span has the same number of polls.
  random: () => 0.5,
});
const host = new URL(gateway.origin).host;
const clients = new Child(new URL('clients.mjs', import.meta.url));

// Warm-up: one-time allocations must not count as memory of a subscriber.
await request('open', { host, count: 100, subscribe: true });
await sleep(2 * pollMs);
await request('close', {});
await sleep(1_000);

const empty = await measure();
await request('open', { host, count: 1, subscribe: true });
const callsOfOne = await countCalls();
await request('close', {});

await request('open', { host, count: subscribers, subscribe: true });
const callsOfMany = await countCalls();
const full = await measure();
const deliveries = [];
for (let round = 1; round <= 7; round++) deliveries.push(await deliver(`change-${round}-of-the-task`));
const median = (key) => deliveries.map((delivery) => delivery[key]).toSorted((one, other) => one - other)[3];
await request('close', {});
await sleep(2_000);
const callsOfNone = await countCalls();

await request('open', { host, count: 100, subscribe: false });
await request('cycles', { count: Math.ceil(cycles / 10) });
const before = await measure();
await request('cycles', { count: cycles });
const after = await measure();
await request('close', {});
await sleep(1_000);
const end = await measure();

const perSubscriber = (key) => `${((full[key] - empty[key]) / subscribers / 1_000).toFixed(1)} kB`;
printRows([
  ['subscribers on one process', subscribers],
  [`upstream calls in ${polls} polls, one subscriber`, callsOfOne],
  [`upstream calls in ${polls} polls, all subscribers`, callsOfMany],
  ['upstream calls in the same time, no subscriber', callsOfNone],
  ['received a change within 250 ms of its poll (median of 7)', `${median('share').toFixed(1)} %`],
  ['95 % received it after (median of 7; minimum)', `${median('p95')} ms; ${Math.min(...deliveries.map(({ p95 }) => p95))} ms`],
  ['the last one received it after (median of 7)', `${median('slowest')} ms`],
  ['CPU time of the gateway for it, user and system', `${median('user').toFixed(0)} + ${median('system').toFixed(0)} ms`],
  ['memory per subscriber, heap and buffers', perSubscriber('heap')],
  ['memory per subscriber, resident', perSubscriber('rss')],
  [`heap before and after ${cycles} cycles of subscribing and unsubscribing`, `${mega(before.heap)} -> ${mega(after.heap)} MB`],
  ['sockets', `${before.sockets} -> ${after.sockets}`],
  ['timers', `${before.timers} -> ${after.timers}`],
  ['heap before the first and after the last client', `${mega(empty.heap)} -> ${mega(end.heap)} MB`],
  ['sockets before the first and after the last client', `${empty.sockets} -> ${end.sockets}`],
  ['timers before the first and after the last client', `${empty.timers} -> ${end.timers}`],
]);
await clients.kill();
await gateway.close();
await plane.close();

/** The number of upstream calls during `polls` poll intervals. */
async function countCalls() {
  await sleep(1.5 * pollMs);
  const from = plane.server.calls.length;
  await sleep(polls * pollMs);
  return plane.server.calls.length - from;
}

/** Changes a task and measures its delivery to the subscribers, in milliseconds. */
async function deliver(text) {
  const changes = request('changes', { text, seconds: 20 });
  await sleep(200);
  plane.setTask(taskId, { name: text });
  const changedAt = Date.now();
  while (listedAt < changedAt) await sleep(1);
  const polledAt = listedAt;
  const cpu = process.cpuUsage();
  const { times } = await changes;
  const { user, system } = process.cpuUsage(cpu);
  const inTime = times.filter((time) => time - polledAt <= 250).length;
  const sorted = times.toSorted((one, other) => one - other);
  const after = (share) => (sorted[Math.ceil(share * subscribers) - 1] ?? Infinity) - polledAt;
  return { share: (100 * inTime) / subscribers, p95: after(0.95), slowest: after(1), user: user / 1_000, system: system / 1_000 };
}

async function measure() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc();
    await sleep(100);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const count = (name) => resources.filter((resource) => resource === name).length;
  return { heap: heapUsed + external, rss, sockets: count('TCPSocketWrap'), timers: count('Timeout') };
}

async function request(name, args) {
  const { answer, error } = await clients.request({ name, args });
  if (error !== undefined) throw new Error(error);
  return answer;
}

function mega(bytes) {
  return (bytes / 1_000_000).toFixed(1);
}

function printRows(rows) {
  for (const [name, value] of rows) print(`${name.padEnd(68)} ${value}`);
}
