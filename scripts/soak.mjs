/**
 * Looks for leaks of a gateway under sustained load: `npm run soak -- --minutes 20`. The gateway and simulated planes with changing faults
 * run in child processes; this process is the clients. It prints the heap after garbage collection over time with its slope, the
 * resident memory, and the sockets and timers before, after the last client and after closing. Further options: --rate operations per
 * second (200), --subscriptions (500), --every seconds between two samples (20). The clients pause before each sample, because
 * operations in progress are not a leak.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { print } from './bench/print.mjs';
import { quantile } from './bench/quantile.mjs';
import { Child } from './bench/child.mjs';
import { load } from './soak/load.mjs';
import { fitSlope } from './soak/slope.mjs';
import { subscribe } from './soak/subscribe.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    rate: { type: 'string', default: '200' },
    subscriptions: { type: 'string', default: '500' },
    every: { type: 'string', default: '20' },
  },
});
const [minutes, rate, subscriptions, every] = [values.minutes, values.rate, values.subscriptions, values.every].map(Number);
/** One-time allocations are not a leak: the slope leaves out the warm-up. */
const warmUpMs = Math.min(minutes * 12_000, 180_000);
/** Longer than idle connections are kept open. */
const quietMs = 20_000;

const planes = new Child(new URL('soak/planes.mjs', import.meta.url));
const configuration = await planes.nextMessage();
const gateway = new Child(new URL('soak/gateway.mjs', import.meta.url), [configuration], {
  execArgv: ['--expose-gc', '--unhandled-rejections=strict', '--trace-warnings'],
});
const origin = await gateway.nextMessage();
const before = await gateway.request('sample');

const clients = await subscribe(origin, subscriptions);
const work = load(origin, rate);
await planes.request('fail');

const startedAt = performance.now();
const samples = [];
print(`${minutes} minutes, ${rate} operations a second, ${subscriptions} subscriptions, planes with changing faults\n`);
print('| minute | heap MB | resident MB | responses/s | with errors | refused | lost | p99 ms | events |');
print('|---|---|---|---|---|---|---|---|---|');
while (performance.now() - startedAt < minutes * 60_000) {
  const from = performance.now();
  await sleep(every * 1_000);
  const seconds = (performance.now() - from) / 1_000;
  await work.pause();
  const { heap, rss } = await gateway.request('sample');
  const { answers, withErrors, refused, lost, times } = work.take();
  work.resume();
  const ms = performance.now() - startedAt;
  samples.push({ ms, heap, rss });
  const columns = [answers / seconds, withErrors, refused, lost, quantile(times, 0.99), clients.takeEvents()].map((value) =>
    value.toFixed(0),
  );
  print(`| ${(ms / 60_000).toFixed(1)} | ${mega(heap)} | ${mega(rss)} | ${columns.join(' | ')} |`);
}

await planes.request('recover');
await work.end();
await clients.close();
await sleep(quietMs);
const idle = await gateway.request('sample');
const ended = await gateway.request('close');
const warm = samples.filter(({ ms }) => ms > warmUpMs);
const slope = fitSlope(warm.map(({ ms, heap }) => [ms / 3_600_000, heap / 1_000_000]));
print(`
| | figure | goal |
|---|---|---|
| slope of the heap after garbage collection, without the first ${(warmUpMs / 60_000).toFixed(1)} minutes, MB per hour (95 %) | ${slope.value.toFixed(1)} ± ${slope.margin.toFixed(1)} | < 1 |
| heap before, maximum, after the last client, MB | ${[before.heap, Math.max(...samples.map(({ heap }) => heap)), idle.heap].map(mega).join(', ')} | |
| resident memory, maximum, MB | ${mega(Math.max(...samples.map(({ rss }) => rss)))} | ≤ 512 |
| sockets before, after the last client, after closing | ${[before, idle, ended].map(({ sockets }) => sockets).join(', ')} | ± 2 |
| timers before, after the last client, after closing | ${[before, idle, ended].map(({ timers }) => timers).join(', ')} | ± 2 |
| warnings of the process (an unhandled rejection ends it) | ${ended.warnings} | 0 |
| subscriptions that ended unexpectedly; that were refused at first | ${clients.lost}; ${clients.refused} | 0; |`);
await Promise.all([gateway.kill(), planes.kill()]);

function mega(bytes) {
  return (bytes / 1_000_000).toFixed(1);
}
