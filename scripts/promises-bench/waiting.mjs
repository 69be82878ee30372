import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { sendPaced } from './paced.mjs';
import { withGateway } from './with-gateway.mjs';

const goalMs = 700;
/** A merged list as most clients ask for it: nothing about its age. */
const body = JSON.stringify({ query: '{ tasks(first: 20) { nodes { id status } sources { __typename problem { kind } } } }' });
const pace = { body, everyMs: 40, count: 750 };

/** P1: the latency of merged lists while one of two planes is silent for half a minute, from the second list on. */
export async function waiting() {
  print('\n| merged lists, one plane is silent | operations | first ms | median ms | p99 ms | worst ms | goal |');
  print('|---|---|---|---|---|---|---|');
  await withGateway(async ({ origin, setLatency }) => {
    await sendPaced(`${origin}/graphql`, { ...pace, everyMs: 10, count: 500 });
    await setLatency('never');
    printRow('its tasks are known', await sendPaced(`${origin}/graphql`, pace));
  });
  await withGateway(async ({ origin, setLatency }) => {
    await setLatency('never');
    // The first list waits until the deadline; only then is it known that the plane is silent.
    const first = await sendPaced(`${origin}/graphql`, { ...pace, count: 1 });
    printRow('nothing is known of it', [...first, ...(await sendPaced(`${origin}/graphql`, pace))]);
  });
  await withGateway(async ({ origin, setLatency }) => {
    await setLatency('never');
    printRow('nothing is known of it, and nobody waits for the first list', await sendPaced(`${origin}/graphql`, pace));
  });
}

function printRow(name, [first, ...others]) {
  const [median, p99, worst] = [0.5, 0.99, 1].map((share) =>
    quantile(
      others.map(({ ms }) => ms),
      share,
    ).toFixed(1),
  );
  const failed = others.filter(({ text }) => !text.includes('TaskSourceAnswered')).length;
  const goal = `p99 ≤ ${goalMs} ms from the second list on; without the healthy plane: ${failed}`;
  print(`| ${name} | ${others.length} | ${first.ms.toFixed(1)} | ${median} | ${p99} | ${worst} | ${goal} |`);
}
