import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { sendPaced } from './paced.mjs';
import { withGateway } from './with-gateway.mjs';

const slowMs = 4_000;
const healthyQuery = JSON.stringify({
  query: '{ tasks(first: 20, maxAgeMs: 0, filter: { sourceNames: ["healthy"] }) { nodes { id } sources { __typename } } }',
});
/** Each query is a call of its own. */
const buildFaultyQuery = (number) =>
  JSON.stringify({ query: `{ task(id: "faulty:00000000-0000-4000-8000-${String(number).padStart(12, '0')}", maxAgeMs: 0) { id } }` });
const pace = { everyMs: 20, count: 500 };

/** P9: the latency of a plane's operations while the bulkhead of another plane is full: 16 calls of 4 s each, and a full queue. */
export async function neighbours() {
  await withGateway(async ({ origin, emptyServer, setLatency }) => {
    const url = `${origin}/graphql`;
    await sendPaced(url, { body: healthyQuery, everyMs: 5, count: 1_000 });
    // Alternately, so that other load on the machine affects both.
    const [baseline, flooded, empty] = [[], [], []];
    let refused = 0;
    let flooding = 0;
    for (let round = 0; round < 2; round += 1) {
      await setLatency(null);
      empty.push(...(await sendPaced(emptyServer, { ...pace, body: healthyQuery, count: 250 })));
      baseline.push(...(await sendPaced(url, { ...pace, body: healthyQuery })));
      await setLatency(slowMs);
      const flood = sendPaced(url, { body: (number) => buildFaultyQuery(round * 10_000 + number), everyMs: 40, count: 250 });
      flooded.push(...(await sendPaced(url, { ...pace, body: healthyQuery })));
      const outcomes = await flood;
      flooding += outcomes.length;
      refused += outcomes.filter(({ text }) => text.includes('too many calls')).length;
    }
    const failed = flooded.filter(({ text }) => !text.includes('TaskSourceAnswered')).length;
    const ratio = quantileMs(flooded, 0.99) / quantileMs(baseline, 0.99);
    print('\n| P9 | operations | median ms | p99 ms | goal |');
    print('|---|---|---|---|---|');
    print(`| an empty HTTP server | ${formatRow(empty)} | |`);
    print(`| the plane, the other plane idle | ${formatRow(baseline)} | |`);
    print(`| the plane, the other plane flooded | ${formatRow(flooded)} | p99 × ${ratio.toFixed(2)}: ≤ 1.10 |`);
    print(
      `\nOf ${flooding} calls to the flooded plane, ${refused} were rejected by its bulkhead; ${failed} calls to the other plane failed.`,
    );
  });
}

function formatRow(outcomes) {
  return [outcomes.length, quantileMs(outcomes, 0.5).toFixed(1), quantileMs(outcomes, 0.99).toFixed(1)].join(' | ');
}

function quantileMs(outcomes, share) {
  return quantile(
    outcomes.map(({ ms }) => ms),
    share,
  );
}
