import { createHash, randomBytes } from 'node:crypto';

import { Agent } from 'undici';

import { ask } from './ask.mjs';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.mjs';
import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { withGateway } from './with-gateway.mjs';

const tries = 2_000;
const key = `trb_${randomBytes(32).toString('base64url')}`;
const bearer = (text) => ({ authorization: `Bearer ${text}` });
const task = (id) => JSON.stringify({ query: 'query ($id: ID!) { task(id: $id, maxAgeMs: 600000) { id } }', variables: { id } });
const mutation = (id) => JSON.stringify({ query: 'mutation ($id: ID!) { cancelTask(input: { id: $id }) { outcome } }', variables: { id } });

/** Whether the time of an answer tells apart what the answer does not. Pairs are asked for in turns, in a random order. */
export async function oracles() {
  const configuration = {
    // So that each guess comes from an address of its own, and none is refused for being one too many.
    server: { trustedProxies: ['127.0.0.1'] },
    limits: { operationsPerSecond: 0, actionsPerMinute: 0 },
    auth: {
      mode: 'keys',
      keys: [
        { id: 'reader', key },
        { id: 'operator', key: `${key}-2` },
        { id: 'ended', key: `${key}-ended`, expires: '2020-01-01T00:00:00Z' },
      ],
      grants: [
        { who: 'key:reader', actions: ['read', 'cancel'], sources: ['vcf-sfo'] },
        { who: 'key:operator', actions: ['read'], sources: ['*'] },
      ],
    },
  };
  await withGateway({ configuration }, async ({ origin }) => {
    const hidden = await hiddenTask(origin);
    const absent = hidden.replace(/[0-9a-f]{8}$/, '00000000');
    print('\n| row | two that look the same | tries of each | median ms | p (Kolmogorov–Smirnov) | goal |');
    print('|---|---|---|---|---|---|');
    const asReader = (body) => ({ body, headers: bearer(key) });
    await row(origin, 'A22', 'a forged id of a hidden source / of no source', [
      asReader(task(absent)),
      asReader(task(absent.replace('vcf-lax', 'vcf-lay'))),
    ]);
    await row(origin, 'A44', 'a hidden task / an absent one', [asReader(task(hidden)), asReader(task(absent))]);
    await row(origin, 'A44', 'a cancel of a hidden task / of an absent one', [asReader(mutation(hidden)), asReader(mutation(absent))]);
    const guess = (text) => ({ body: '{"query":"{ __typename }"}', headers: bearer(text) });
    const other = createHash('sha256').update(key).digest('base64url');
    await row(origin, 'A38', 'a key that is right but for its end / wrong altogether', [
      guess(`${key.slice(0, -1)}~`),
      guess(`trb_${other}`),
    ]);
    await row(origin, 'A38', 'a key that has ended / one that never was', [guess(`${key}-ended`), guess(`trb_${other}-ended`)]);
  });
}

/** Of a source that the reader may not read. */
async function hiddenTask(origin) {
  const query = '{ tasks(first: 1, filter: { sourceNames: ["vcf-lax"] }) { nodes { id } } }';
  const answer = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(`${key}-2`) },
    body: JSON.stringify({ query }),
  });
  return (await answer.json()).data.tasks.nodes[0].id;
}

async function row(origin, name, what, pair) {
  const dispatcher = new Agent({ connections: 1 });
  const samples = [[], []];
  let address = 0;
  const once = async (index) => {
    address += 1;
    const { body, headers } = pair[index];
    const from = `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}`;
    return ask(origin, body, { headers: { ...headers, 'x-forwarded-for': from }, dispatcher });
  };
  for (let warm = 0; warm < 200; warm += 1) await once(warm % 2);
  const statuses = new Set();
  for (let index = 0; index < tries; index += 1) {
    const order = Math.random() < 0.5 ? [0, 1] : [1, 0];
    for (const which of order) {
      const { status, ms } = await once(which);
      statuses.add(status);
      samples[which].push(ms);
    }
  }
  await dispatcher.close();
  const medians = samples.map((values) => quantile(values, 0.5).toFixed(3)).join(' / ');
  const p = kolmogorovSmirnov(...samples).toFixed(3);
  print(`| ${name} | ${what} (${[...statuses].join(', ')}) | ${tries} | ${medians} | ${p} | > 0.01 |`);
}
