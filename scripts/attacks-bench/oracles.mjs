import { createHash, randomBytes } from 'node:crypto';

import { Agent } from 'undici';

import { sendPost } from './send-post.mjs';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.mjs';
import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { withGateway } from './with-gateway.mjs';

const attempts = 2_000;
const key = `trb_${randomBytes(32).toString('base64url')}`;
const bearer = (text) => ({ authorization: `Bearer ${text}` });
const task = (id) => JSON.stringify({ query: 'query ($id: ID!) { task(id: $id, maxAgeMs: 600000) { id } }', variables: { id } });
const mutation = (id) => JSON.stringify({ query: 'mutation ($id: ID!) { cancelTask(input: { id: $id }) { outcome } }', variables: { id } });

/** Tests for timing side channels: two requests with the same response must not differ in latency. Pairs alternate in a random order. */
export async function oracles() {
  const configuration = {
    // Each guess comes from an address of its own, so that no rate limit applies.
    server: { trustedProxies: ['127.0.0.1'] },
    limits: { operationsPerSecond: 0, actionsPerMinute: 0 },
    auth: {
      mode: 'keys',
      keys: [
        { id: 'reader', key },
        { id: 'operator', key: `${key}-2` },
        { id: 'expired', key: `${key}-expired`, expires: '2020-01-01T00:00:00Z' },
      ],
      grants: [
        { who: 'key:reader', actions: ['read', 'cancel'], sources: ['vcf-sfo'] },
        { who: 'key:operator', actions: ['read'], sources: ['*'] },
      ],
    },
  };
  await withGateway({ configuration }, async ({ origin }) => {
    const hidden = await findHiddenTask(origin);
    const absent = hidden.replace(/[0-9a-f]{8}$/, '00000000');
    print('\n| row | requests with the same response | attempts each | median ms | p (Kolmogorov–Smirnov) | goal |');
    print('|---|---|---|---|---|---|');
    const asReader = (body) => ({ body, headers: bearer(key) });
    await printRow(origin, 'A22', 'a forged id of a hidden source / of an unknown source', [
      asReader(task(absent)),
      asReader(task(absent.replace('vcf-lax', 'vcf-lay'))),
    ]);
    await printRow(origin, 'A44', 'a hidden task / an unknown task', [asReader(task(hidden)), asReader(task(absent))]);
    await printRow(origin, 'A44', 'a cancellation of a hidden task / of an unknown task', [
      asReader(mutation(hidden)),
      asReader(mutation(absent)),
    ]);
    const guess = (text) => ({ body: '{"query":"{ __typename }"}', headers: bearer(text) });
    const other = createHash('sha256').update(key).digest('base64url');
    await printRow(origin, 'A38', 'a key that differs in its last character / in all of them', [
      guess(`${key.slice(0, -1)}~`),
      guess(`trb_${other}`),
    ]);
    await printRow(origin, 'A38', 'an expired key / an unknown key', [guess(`${key}-expired`), guess(`trb_${other}-expired`)]);
  });
}

/** The id of a task of a source that the reader may not read. */
async function findHiddenTask(origin) {
  const query = '{ tasks(first: 1, filter: { sourceNames: ["vcf-lax"] }) { nodes { id } } }';
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(`${key}-2`) },
    body: JSON.stringify({ query }),
  });
  return (await response.json()).data.tasks.nodes[0].id;
}

async function printRow(origin, name, description, pair) {
  const dispatcher = new Agent({ connections: 1 });
  const samples = [[], []];
  let address = 0;
  const sendOne = async (index) => {
    address += 1;
    const { body, headers } = pair[index];
    const from = `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}`;
    return sendPost(origin, body, { headers: { ...headers, 'x-forwarded-for': from }, dispatcher });
  };
  for (let warm = 0; warm < 200; warm += 1) await sendOne(warm % 2);
  const statuses = new Set();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const order = Math.random() < 0.5 ? [0, 1] : [1, 0];
    for (const index of order) {
      const { status, ms } = await sendOne(index);
      statuses.add(status);
      samples[index].push(ms);
    }
  }
  await dispatcher.close();
  const medians = samples.map((values) => quantile(values, 0.5).toFixed(3)).join(' / ');
  const p = kolmogorovSmirnov(...samples).toFixed(3);
  print(`| ${name} | ${description} (${[...statuses].join(', ')}) | ${attempts} | ${medians} | ${p} | > 0.01 |`);
}
