import { Agent } from 'undici';

import { announceBody } from './announce-body.mjs';
import { sendPost } from './send-post.mjs';
import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { withGateway } from './with-gateway.mjs';

const times = (count, text) => Array.from({ length: count }, (_, index) => text(index)).join(' ');
const small = JSON.stringify({ query: '{ taskSources { name } }' });

const queries = [
  ['A1 depth 20,000', `${'{a'.repeat(20_000)}${'}'.repeat(20_000)}`, 20],
  ['A2 101 aliases of tasks', `{ ${times(101, (i) => `a${i}: tasks { totalCount }`)} }`, 20],
  ['A3 one field 500 times', `{ ${times(500, () => '__typename')} }`, 60],
  ['A3 a{c} 600 times', `{ ${times(600, () => 'a{c}')} }`, 60],
  ['A3 100 fields 9 times (validated)', `{ ${times(9, () => times(100, (i) => `f${i}`))} }`, 60],
  ['A4 10,000 directives', `{ __typename ${times(10_000, () => '@aa')} }`, 20],
  [
    'A6 fragments that double 20 times',
    `{ ...F0 } ${times(20, (i) => `fragment F${i} on Query { a: node { ...F${i + 1} } b: node { ...F${i + 1} } }`)} fragment F20 on Query { x }`,
    50,
  ],
];
const attacks = [
  ...queries.map(([name, query, goal]) => [name, JSON.stringify({ query }), goal]),
  ['A17 JSON of 20,000 levels', `{"query":"{ __typename }","extensions":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 20],
  // Includes the time to send the body, and to notice that it is not read.
  ['A14 a body of 60 MB, sent regardless', 'x'.repeat(60_000_000), null],
];

/** Measures the cost of a refusal: its latency in 30 attempts, the latency of a concurrent query, and the growth of the memory. */
export async function refusals() {
  print('| attack | status | median ms | worst ms | goal ms | concurrent small query, worst ms | additional memory, MB |');
  print('|---|---|---|---|---|---|---|');
  await withGateway({}, async ({ origin, rssMb }) => {
    for (const [name, body, goal] of attacks)
      await printRow(origin, rssMb, [name, (dispatcher) => sendPost(origin, body, { dispatcher }), goal]);
    await printRow(origin, rssMb, ['A14 a body of 60 MB, announced in the headers', () => announceBody(origin, 60_000_000), 50]);
  });
}

async function printRow(origin, rssMb, [name, attack, goal]) {
  const dispatcher = new Agent();
  const before = await rssMb();
  const attempts = [];
  let worstConcurrentMs = 0;
  for (let i = 0; i < 30; i += 1) {
    const concurrent = sendPost(origin, small, { dispatcher });
    attempts.push(await attack(dispatcher));
    worstConcurrentMs = Math.max(worstConcurrentMs, (await concurrent).ms);
  }
  await dispatcher.close();
  const all = attempts.map(({ ms }) => ms);
  const growthMb = (await rssMb()) - before;
  print(
    `| ${name} | ${attempts.at(-1).status} | ${quantile(all, 0.5).toFixed(1)} | ${Math.max(...all).toFixed(1)} | ${goal ?? ''} | ${worstConcurrentMs.toFixed(1)} | ${growthMb} |`,
  );
}
