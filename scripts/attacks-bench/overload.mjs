import { closedLoop } from '../bench/closed-loop.mjs';
import { openLoop } from '../bench/open-loop.mjs';
import { measureOverload } from '../bench/overload.mjs';
import { print } from '../bench/print.mjs';
import { withGateway } from './with-gateway.mjs';

/**
 * Queries that load the gateway and no plane: they are answered from the cache. The answer is not kept, because it says something of the schema:
 * to send a kept one costs little more than to refuse it.
 */
const busy = JSON.stringify({
  query:
    '{ tasks(first: 100, maxAgeMs: 600000) { nodes { id name status failures { message } subtasks(first: 5) { nodes { __typename } } } } __type(name: "Task") { name } }',
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

const generators = { closed: closedLoop, open: openLoop };
const headers = { 'content-type': 'application/json' };

async function printRow(name, origin, body) {
  const requests = [{ method: 'POST', path: '/graphql', body }];
  const send = (kind, options) => generators[kind](origin, { requests, headers, ...options });
  const { success, refusal, ...rates } = await measureOverload(send, { seconds: 4, rounds: 6 });
  const { capacity, answered, refused, unsent, goodput, worstGoodput } = rates;
  const cells = [capacity, answered, refused, unsent].map((rate) => rate.toFixed(0));
  const latencies = [success, refusal].flatMap(({ medianMs, p99Ms }) => [medianMs.toFixed(1), p99Ms.toFixed(1)]);
  print(`| ${[name, ...cells, `${goodput.toFixed(0)} %`, `${worstGoodput.toFixed(0)} %`, ...latencies].join(' | ')} |`);
}
