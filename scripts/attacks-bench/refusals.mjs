import { Agent } from 'undici';

import { announced } from './announced.mjs';
import { ask } from './ask.mjs';
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
  ['A3 100 fields 9 times (is validated)', `{ ${times(9, () => times(100, (i) => `f${i}`))} }`, 60],
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
  // With what it takes to send them, and to notice that they are not taken.
  ['A14 a body of 60 MB that is sent all the same', 'x'.repeat(60_000_000), null],
];

/** What a refusal costs: milliseconds of 30 tries, who waits meanwhile, and the memory that the gateway has taken afterwards. */
export async function refusals() {
  print('| attack | status | median ms | worst ms | goal ms | small query beside it, worst ms | memory, MB more |');
  print('|---|---|---|---|---|---|---|');
  await withGateway({}, async ({ origin, rssMb }) => {
    for (const [name, body, goal] of attacks) await row(origin, rssMb, [name, (dispatcher) => ask(origin, body, { dispatcher }), goal]);
    await row(origin, rssMb, ['A14 a body of 60 MB that is announced', () => announced(origin, 60_000_000), 50]);
  });
}

async function row(origin, rssMb, [name, attack, goal]) {
  const dispatcher = new Agent();
  const before = await rssMb();
  const tries = [];
  let worstBeside = 0;
  for (let i = 0; i < 30; i += 1) {
    const beside = ask(origin, small, { dispatcher });
    tries.push(await attack(dispatcher));
    worstBeside = Math.max(worstBeside, (await beside).ms);
  }
  await dispatcher.close();
  const all = tries.map(({ ms }) => ms);
  const more = (await rssMb()) - before;
  print(
    `| ${name} | ${tries.at(-1).status} | ${quantile(all, 0.5).toFixed(1)} | ${Math.max(...all).toFixed(1)} | ${goal ?? ''} | ${worstBeside.toFixed(1)} | ${more} |`,
  );
}
