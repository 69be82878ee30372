import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { sendPaced } from './paced.mjs';
import { withGateway } from './with-gateway.mjs';

const deadlineMs = 5_000;
const everyMs = 40;
/** Reads both planes; nothing is served from the cache. */
const body = JSON.stringify({ query: '{ tasks(first: 20, maxAgeMs: 0) { nodes { id status } sources { __typename problem { kind } } } }' });

/** P1: the latency of operations whose first plane accepts connections and never responds, with a closed and with an open circuit breaker. */
export async function blackhole() {
  await withGateway(async ({ origin, emptyServer, setLatency }) => {
    const url = `${origin}/graphql`;
    await sendPaced(url, { body, everyMs: 10, count: 500 });
    const [healthy, empty] = [
      await sendPaced(url, { body, everyMs, count: 250 }),
      await sendPaced(emptyServer, { body, everyMs, count: 250 }),
    ];
    await setLatency('never');
    const outcomes = await sendPaced(url, { body, everyMs, count: 500 });
    const wasSent = ({ text }) => !text.includes('CIRCUIT_OPEN');
    const lastSent = outcomes.findLastIndex(wasSent);
    const firstRejected = outcomes.findIndex((one) => !wasSent(one));
    const [before, after] = [outcomes.filter(wasSent), outcomes.filter((one) => !wasSent(one) && one.ms < 1_000)];
    const late = outcomes.filter(({ ms }) => ms > deadlineMs + 50).length;
    const normal = quantileMs(healthy, 0.99);
    print('\n| P1 | operations | median ms | p99 ms | worst ms | goal |');
    print('|---|---|---|---|---|---|');
    print(`| an empty HTTP server | ${formatRow(empty)} | |`);
    print(`| both planes healthy (N) | ${formatRow(healthy)} | |`);
    print(
      `| one never responds, the circuit breaker is closed or half-open | ${formatRow(before)} | p99 ≤ ${deadlineMs + 50} ms; over it: ${late} |`,
    );
    print(`| one never responds, the circuit breaker is open | ${formatRow(after)} | p99 ≤ 1.2 N = ${(1.2 * normal).toFixed(1)} ms |`);
    print(
      `\nThe first operation that the open circuit breaker rejected was number ${firstRejected}, the last that called the plane number ${lastSent}, of ${outcomes.length}.`,
    );
  });
}

function formatRow(outcomes) {
  return [outcomes.length, ...[0.5, 0.99, 1].map((share) => quantileMs(outcomes, share).toFixed(1))].join(' | ');
}

function quantileMs(outcomes, share) {
  return quantile(
    outcomes.map(({ ms }) => ms),
    share,
  );
}
