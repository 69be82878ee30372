import autocannon from '../../test/tools/autocannon.mjs';

import { openLoop } from './open-loop.mjs';
import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { withGateway } from './with-gateway.mjs';

/** Queries that load the gateway and no plane: they are answered from the cache. */
const busy = JSON.stringify({
  query:
    '{ tasks(first: 100, maxAgeMs: 600000) { nodes { id name status failures { message } subtasks(first: 5) { nodes { __typename } } } } }',
});

/** Queries that wait for a plane and hardly load the gateway. */
const waiting = JSON.stringify({ query: '{ tasks(first: 1, maxAgeMs: 0, filter: { sourceNames: ["astra-demo"] }) { totalCount } }' });

/** Measures the goodput at five times the capacity (medians of six rounds), and the latency of the refusals. */
export async function overload() {
  const columns = ['load', 'capacity, responses/s', 'successful at 5×, /s', '503, /s', 'not sent, /s', 'goodput', 'worst of 6'];
  const times = ['success median ms', 'success p99 ms', '503 median ms', '503 p99 ms'];
  print(`\n| ${[...columns, ...times].join(' | ')} |`);
  print(`|${'---|'.repeat(columns.length + times.length)}`);
  await withGateway({}, ({ origin }) => printRow('CPU-bound', origin, busy));
  await withGateway({ latencyMs: 1_000 }, ({ origin }) => printRow('planes answer in 1,000 ms', origin, waiting));
}

/**
 * The capacity is the highest throughput over several numbers of connections: with too many, the gateway refuses some. Capacity and
 * overload are measured alternately, because the speed of a shared machine varies.
 */
async function printRow(name, origin, body) {
  const capacities = [];
  for (const connections of [16, 64, 200]) capacities.push(await measureCapacity(origin, body, connections, 4));
  const best = [16, 64, 200][capacities.indexOf(Math.max(...capacities))];
  const [seconds, rounds] = [4, 6];
  const times = { 200: [], 503: [] };
  const rates = { peak: [], good: [], refused: [], unsent: [], goodput: [] };
  for (let round = 0; round < rounds; round += 1) {
    const peak = await measureCapacity(origin, body, best, seconds);
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

/** Successful responses per second. */
function measureCapacity(origin, body, connections, duration) {
  return new Promise((resolve, reject) => {
    autocannon(
      { url: `${origin}/graphql`, method: 'POST', headers: { 'content-type': 'application/json' }, body, connections, duration },
      (error, result) => (error ? reject(error) : resolve(result['2xx'] / result.duration)),
    );
  });
}
