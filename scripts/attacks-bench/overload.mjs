import autocannon from 'autocannon';

import { print } from './print.mjs';
import { quantile } from './quantile.mjs';
import { withGateway } from './with-gateway.mjs';

/** Queries that cost the gateway something, and no plane anything: what is known is new enough. */
const busy = JSON.stringify({
  query:
    '{ tasks(first: 100, maxAgeMs: 600000) { nodes { id name status failures { message } subtasks(first: 5) { nodes { __typename } } } } }',
});

/** Queries that wait for planes and cost the gateway little. */
const waiting = JSON.stringify({ query: '{ tasks(first: 1, maxAgeMs: 0, filter: { sourceNames: ["astra-demo"] }) { totalCount } }' });

/** Good answers a second at the capacity of the gateway and at five times that rate, and how fast the others are refused. */
export async function overload() {
  print('\n| load | capacity, answers a second | good at 5× | goodput | 503 a second | 503 median ms | 503 p99 ms |');
  print('|---|---|---|---|---|---|---|');
  await withGateway({}, ({ origin }) => row('the process has too much to do', origin, busy));
  await withGateway({ latencyMs: 1_000 }, ({ origin }) => row('planes answer in 1,000 ms', origin, waiting));
}

/** The capacity is the most that any number of connections gets answered: with too many the gateway refuses some. */
async function row(name, origin, body) {
  await load(origin, { body, connections: 16, duration: 4 });
  const goods = [];
  for (const connections of [16, 64, 200]) goods.push((await load(origin, { body, connections, duration: 5 })).good);
  const peak = Math.max(...goods);
  const five = await load(origin, { body, connections: 600, overallRate: Math.ceil(peak * 5), duration: 10 });
  const goodput = ((100 * five.good) / peak).toFixed(0);
  const latency = [0.5, 0.99].map((share) => (five.refusals.length === 0 ? '–' : quantile(five.refusals, share).toFixed(1)));
  print(
    `| ${name} | ${peak.toFixed(0)} | ${five.good.toFixed(0)} | ${goodput} % | ${(five.refusals.length / five.seconds).toFixed(0)} | ${latency.join(' | ')} |`,
  );
}

/** `refusals`: milliseconds of each 503. */
function load(origin, options) {
  return new Promise((resolve, reject) => {
    const refusals = [];
    const instance = autocannon(
      { url: `${origin}/graphql`, method: 'POST', headers: { 'content-type': 'application/json' }, ...options },
      (error, result) => (error ? reject(error) : resolve({ good: result['2xx'] / result.duration, seconds: result.duration, refusals })),
    );
    instance.on('response', (_client, status, _bytes, ms) => {
      if (status === 503) refusals.push(ms);
    });
  });
}
