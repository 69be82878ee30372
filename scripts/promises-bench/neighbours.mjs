import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { paced } from './paced.mjs';
import { withGateway } from './with-gateway.mjs';

const slowMs = 4_000;
const ofNeighbour = JSON.stringify({
  query: '{ tasks(first: 20, maxAgeMs: 0, filter: { sourceNames: ["well"] }) { nodes { id } sources { __typename } } }',
});
/** Each asks the plane by itself. */
const ofSlow = (number) =>
  JSON.stringify({ query: `{ task(id: "ill:00000000-0000-4000-8000-${String(number).padStart(12, '0')}", maxAgeMs: 0) { id } }` });
const pace = { everyMs: 20, count: 500 };

/** P9: how long a plane's operations take while its neighbour has more calls than fit: 16 at a time that take 4 s, and a full queue. */
export async function neighbours() {
  await withGateway(async ({ origin, floor, ill }) => {
    const url = `${origin}/graphql`;
    await paced(url, { body: ofNeighbour, everyMs: 5, count: 1_000 });
    // In turns, so that what the machine does besides is in both.
    const [alone, beside, bare] = [[], [], []];
    let refused = 0;
    let flooding = 0;
    for (let round = 0; round < 2; round += 1) {
      await ill(null);
      bare.push(...(await paced(floor, { ...pace, body: ofNeighbour, count: 250 })));
      alone.push(...(await paced(url, { ...pace, body: ofNeighbour })));
      await ill(slowMs);
      const flood = paced(url, { body: (number) => ofSlow(round * 10_000 + number), everyMs: 40, count: 250 });
      beside.push(...(await paced(url, { ...pace, body: ofNeighbour })));
      const told = await flood;
      flooding += told.length;
      refused += told.filter(({ text }) => text.includes('too many calls')).length;
    }
    const failed = beside.filter(({ text }) => !text.includes('TaskSourceAnswered')).length;
    const ratio = p(beside, 0.99) / p(alone, 0.99);
    print('\n| P9 | operations | median ms | p99 ms | goal |');
    print('|---|---|---|---|---|');
    print(`| a server that does nothing | ${row(bare)} | |`);
    print(`| the plane, its neighbour left alone | ${row(alone)} | |`);
    print(`| the plane, its neighbour flooded | ${row(beside)} | p99 × ${ratio.toFixed(2)}: ≤ 1.10 |`);
    print(
      `\nOf ${flooding} calls to the neighbour ${refused} found its queue full or waited for more than half a second; ${failed} of the plane's own failed.`,
    );
  });
}

function row(outcomes) {
  return [outcomes.length, p(outcomes, 0.5).toFixed(1), p(outcomes, 0.99).toFixed(1)].join(' | ');
}

function p(outcomes, share) {
  return quantile(
    outcomes.map(({ ms }) => ms),
    share,
  );
}
