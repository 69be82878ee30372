/**
 * What a gateway keeps while it works for long: `npm run soak -- --minutes 20`. It needs dist (the script builds it). The gateway, and
 * simulated planes of which one after the other fails, run in processes of their own; this one is the clients. It prints the heap after
 * a collection of garbage over time with its slope, the memory of the process, and sockets and timers before, after the last client and
 * after the end. Also: --rate operations a second (200), --subscriptions (500), --every seconds between two looks (20).
 * Before each look the clients wait for their answers: what is under way is no leak.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { print } from './bench/print.mjs';
import { quantile } from './bench/quantile.mjs';
import { Child } from './bench/child.mjs';
import { load } from './soak/load.mjs';
import { slopeOf } from './soak/slope.mjs';
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
/** What is made once is no leak: the slope is that of the rest. */
const warmUpMs = Math.min(minutes * 12_000, 180_000);
/** Longer than any connection is kept that nobody uses. */
const quietMs = 20_000;

const planes = new Child(new URL('soak/planes.mjs', import.meta.url));
const configuration = await planes.answer();
const gateway = new Child(
  new URL('soak/gateway.mjs', import.meta.url),
  [configuration],
  ['--expose-gc', '--unhandled-rejections=strict', '--trace-warnings'],
);
const origin = await gateway.answer();
const before = await gateway.ask('look');

const clients = await subscribe(origin, subscriptions);
const work = load(origin, rate);
await planes.ask('fail');

const begun = performance.now();
const looks = [];
print(`${minutes} minutes, ${rate} operations a second, ${subscriptions} subscriptions, planes that fail one after the other\n`);
print('| minute | heap MB | of the process MB | answers a second | with errors | refused | lost | p99 ms | events |');
print('|---|---|---|---|---|---|---|---|---|');
while (performance.now() - begun < minutes * 60_000) {
  const from = performance.now();
  await sleep(every * 1_000);
  const seconds = (performance.now() - from) / 1_000;
  await work.rest();
  const { heap, rss } = await gateway.ask('look');
  const { answers, withErrors, refused, lost, times } = work.take();
  work.goOn();
  const ms = performance.now() - begun;
  looks.push({ ms, heap, rss });
  const figures = [answers / seconds, withErrors, refused, lost, quantile(times, 0.99), clients.takeEvents()].map((figure) =>
    figure.toFixed(0),
  );
  print(`| ${(ms / 60_000).toFixed(1)} | ${mega(heap)} | ${mega(rss)} | ${figures.join(' | ')} |`);
}

await planes.ask('recover');
await work.end();
await clients.close();
await sleep(quietMs);
const idle = await gateway.ask('look');
const ended = await gateway.ask('end');
const warm = looks.filter(({ ms }) => ms > warmUpMs);
const slope = slopeOf(warm.map(({ ms, heap }) => [ms / 3_600_000, heap / 1_000_000]));
print(`
| | figure | goal |
|---|---|---|
| heap after a collection, its slope without the first ${(warmUpMs / 60_000).toFixed(1)} minutes, MB an hour (95 %) | ${slope.value.toFixed(1)} ± ${slope.margin.toFixed(1)} | < 1 |
| heap before, at most, after the last client, MB | ${[before.heap, Math.max(...looks.map(({ heap }) => heap)), idle.heap].map(mega).join(', ')} | |
| memory of the process, at most, MB | ${mega(Math.max(...looks.map(({ rss }) => rss)))} | ≤ 512 |
| sockets before, after the last client, after the end | ${[before, idle, ended].map(({ sockets }) => sockets).join(', ')} | ± 2 |
| timers before, after the last client, after the end | ${[before, idle, ended].map(({ timers }) => timers).join(', ')} | ± 2 |
| warnings of the process; a rejection that nobody handles ends it | ${ended.warnings} | 0 |
| subscriptions that ended although nobody ended them; that were refused, and came in later | ${clients.lost}; ${clients.refused} | 0; |`);
gateway.kill();
planes.kill();

function mega(bytes) {
  return (bytes / 1_000_000).toFixed(1);
}
