import autocannon from '../../test/tools/autocannon.mjs';

import { openLoop } from './open-loop.mjs';
import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { withGateway } from './with-gateway.mjs';

/** Queries that cost the gateway something, and no plane anything: what is known is new enough. */
const busy = JSON.stringify({
  query:
    '{ tasks(first: 100, maxAgeMs: 600000) { nodes { id name status failures { message } subtasks(first: 5) { nodes { __typename } } } } }',
});

/** Queries that wait for planes and cost the gateway little. */
const waiting = JSON.stringify({ query: '{ tasks(first: 1, maxAgeMs: 0, filter: { sourceNames: ["astra-demo"] }) { totalCount } }' });

/** Good answers a second at the capacity of the gateway and at five times that rate, the medians of six rounds, and how fast the others are refused. */
export async function overload() {
  const columns = ['load', 'capacity, answers a second', 'good at 5×', '503 a second', 'not sent a second', 'goodput', 'worst of 6'];
  const times = ['good median ms', 'good p99 ms', '503 median ms', '503 p99 ms'];
  print(`\n| ${[...columns, ...times].join(' | ')} |`);
  print(`|${'---|'.repeat(columns.length + times.length)}`);
  await withGateway({}, ({ origin }) => row('the process has too much to do', origin, busy));
  await withGateway({ latencyMs: 1_000 }, ({ origin }) => row('planes answer in 1,000 ms', origin, waiting));
}

/**
 * The capacity is the most that any number of connections gets answered: with too many the gateway refuses some. It and five times as
 * much take turns, because a shared machine is not always equally fast.
 */
async function row(name, origin, body) {
  const goods = [];
  for (const connections of [16, 64, 200]) goods.push(await capacity(origin, body, connections, 4));
  const best = [16, 64, 200][goods.indexOf(Math.max(...goods))];
  const [seconds, rounds] = [4, 6];
  const times = { 200: [], 503: [] };
  const rates = { peak: [], good: [], refused: [], unsent: [], goodput: [] };
  for (let round = 0; round < rounds; round += 1) {
    const peak = await capacity(origin, body, best, seconds);
    const { statuses, unsent } = await openLoop(origin, body, { rate: Math.ceil(peak * 5), seconds, connections: 1_000 });
    for (const status of [200, 503]) times[status].push(...(statuses.get(status) ?? []));
    const [good, refused] = [200, 503].map((status) => (statuses.get(status)?.length ?? 0) / seconds);
    for (const [key, value] of Object.entries({ peak, good, refused, unsent: unsent / seconds, goodput: (100 * good) / peak })) {
      rates[key].push(value);
    }
  }
  const medians = Object.values(rates).map((values) => quantile(values, 0.5).toFixed(0));
  const worst = `${Math.min(...rates.goodput).toFixed(0)} %`;
  const latencies = [times[200], times[503]].flatMap((all) => [0.5, 0.99].map((share) => quantile(all, share).toFixed(1)));
  print(`| ${name} | ${medians.join(' | ')} % | ${worst} | ${latencies.join(' | ')} |`);
}

/** Good answers a second. */
function capacity(origin, body, connections, duration) {
  return new Promise((resolve, reject) => {
    autocannon(
      { url: `${origin}/graphql`, method: 'POST', headers: { 'content-type': 'application/json' }, body, connections, duration },
      (error, result) => (error ? reject(error) : resolve(result['2xx'] / result.duration)),
    );
  });
}
