import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { paced } from './paced.mjs';
import { withGateway } from './with-gateway.mjs';

const deadlineMs = 5_000;
const everyMs = 40;
/** Both planes, asked anew each time. */
const body = JSON.stringify({ query: '{ tasks(first: 20, maxAgeMs: 0) { nodes { id status } sources { __typename problem { kind } } } }' });

/** P1: how long an operation takes whose first plane accepts connections and never answers, before the circuit breaker opens and after. */
export async function blackhole() {
  await withGateway(async ({ origin, floor, ill }) => {
    const url = `${origin}/graphql`;
    await paced(url, { body, everyMs: 10, count: 500 });
    const [healthy, bare] = [await paced(url, { body, everyMs, count: 250 }), await paced(floor, { body, everyMs, count: 250 })];
    await ill('never');
    const dead = await paced(url, { body, everyMs, count: 500 });
    const wasAsked = ({ text }) => !text.includes('CIRCUIT_OPEN');
    const lastAsked = dead.findLastIndex(wasAsked);
    const firstRefused = dead.findIndex((one) => !wasAsked(one));
    const [before, after] = [dead.filter(wasAsked), dead.filter((one) => !wasAsked(one) && one.ms < 1_000)];
    const late = dead.filter(({ ms }) => ms > deadlineMs + 50).length;
    const normal = p(healthy, 0.99);
    print('\n| P1 | operations | median ms | p99 ms | worst ms | goal |');
    print('|---|---|---|---|---|---|');
    print(`| a server that does nothing | ${row(bare)} | |`);
    print(`| both planes well (N) | ${row(healthy)} | |`);
    print(
      `| one never answers, the circuit breaker is closed or tries it | ${row(before)} | p99 ≤ ${deadlineMs + 50} ms; over it: ${late} |`,
    );
    print(`| one never answers, the circuit breaker is open | ${row(after)} | p99 ≤ 1.2 N = ${(1.2 * normal).toFixed(1)} ms |`);
    print(
      `\nThe first to be told that the plane is not asked was number ${firstRefused}, the last that asked number ${lastAsked} of ${dead.length}.`,
    );
  });
}

function row(outcomes) {
  return [outcomes.length, ...[0.5, 0.99, 1].map((share) => p(outcomes, share).toFixed(1))].join(' | ');
}

function p(outcomes, share) {
  return quantile(
    outcomes.map(({ ms }) => ms),
    share,
  );
}
