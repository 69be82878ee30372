/**
 * Prints how long attacks take: `npm run attacks:bench`. It needs dist (the script builds it), starts a gateway in front of simulated
 * planes in a process of its own, and measures over HTTP on loopback. A figure depends on the machine; the goals are in the table.
 *
 *   cost of a refusal     the median and the worst of 30 tries, milliseconds, from sending to the whole answer
 *   who waits meanwhile   the same for a small query that is sent beside a flood of the attack
 *   overload              good answers a second at one and at five times what the gateway can do, and how fast the others are refused
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import autocannon from 'autocannon';
import { Agent, request } from 'undici';

const here = fileURLToPath(import.meta.url);
const times = (count, text) => Array.from({ length: count }, (_, index) => text(index)).join(' ');

const small = JSON.stringify({ query: '{ taskSources { name } }' });

/** Queries that cost the gateway something, and no plane anything: what is known is new enough. */
const dear = JSON.stringify({
  query:
    '{ tasks(first: 100, maxAgeMs: 600000) { nodes { id name status failures { message } subtasks(first: 5) { nodes { __typename } } } } }',
});

const attacks = [
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
const bodies = [
  ['A17 JSON of 20,000 levels', `{"query":"{ __typename }","extensions":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 20],
  ['A14 a body of 60 MB that is announced', 'x'.repeat(60_000_000), 50],
];

if (process.argv[2] === 'gateway') await serve();
else await measure();

/** In a process of its own, so that its event loop is not that of the measurement. */
async function serve() {
  await import('reflect-metadata');
  const [{ startDemoPlanes }, { startGateway }, { loadConfiguration }, { sourceModules }, { pino }] = await Promise.all([
    import('../dist/commands/demo-planes.js'),
    import('../dist/commands/start-gateway.js'),
    import('../dist/config/load-configuration.js'),
    import('../dist/sources/index.js'),
    import('pino'),
  ]);
  const planes = await startDemoPlanes({ modules: sourceModules, seed: 1, now: Date.now });
  const text = `${planes.configuration}limits: { operationsPerSecond: 0 }\n`;
  const configuration = loadConfiguration({ file: 'bench.yaml', text, environment: {}, readFile: String, modules: sourceModules });
  const gateway = await startGateway({
    configuration: { ...configuration, server: { ...configuration.server, port: 0 } },
    modules: sourceModules,
    explorerFolder: 'dist/explorer',
    logger: pino({ level: 'silent' }),
    now: Date.now,
    environment: {},
  });
  process.send(gateway.origin);
}

async function measure() {
  const child = fork(here, ['gateway'], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const origin = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The gateway ended with ${code}.`)));
  });
  try {
    print('| attack | status | median ms | worst ms | goal ms | small query beside it, worst ms |');
    print('|---|---|---|---|---|---|');
    for (const [name, query, goal] of attacks) await row(origin, name, JSON.stringify({ query }), goal);
    for (const [name, body, goal] of bodies) await row(origin, name, body, goal);
    await overload(origin);
  } finally {
    child.kill();
  }
}

/** One line, or several. */
function print(text) {
  process.stdout.write(`${text}\n`);
}

async function ask(origin, body, dispatcher) {
  const start = performance.now();
  let status = 'cut';
  try {
    const answer = await request(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      dispatcher,
    });
    status = answer.statusCode;
    await answer.body.dump();
  } catch {
    // The gateway answers before the body is sent, and closes.
  }
  return { status, ms: performance.now() - start };
}

async function row(origin, name, body, goal) {
  const dispatcher = new Agent();
  const tries = [];
  let worstBeside = 0;
  for (let i = 0; i < 30; i += 1) {
    const beside = ask(origin, small, dispatcher);
    tries.push(await ask(origin, body, dispatcher));
    worstBeside = Math.max(worstBeside, (await beside).ms);
  }
  await dispatcher.close();
  const sorted = tries.map(({ ms }) => ms).toSorted((a, b) => a - b);
  print(
    `| ${name} | ${tries.at(-1).status} | ${sorted[15].toFixed(1)} | ${sorted.at(-1).toFixed(1)} | ${goal} | ${worstBeside.toFixed(1)} |`,
  );
}

async function overload(origin) {
  const load = (options) =>
    autocannon({
      url: `${origin}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: dear,
      duration: 8,
      ...options,
    });
  await load({ connections: 16, duration: 3 });
  const peak = await load({ connections: 64 });
  const good = (result) => result['2xx'] / result.duration;
  const capacity = good(peak);
  const five = await load({ connections: 600, overallRate: Math.ceil(capacity * 5) });
  const refused = five.statusCodeStats['503']?.count ?? 0;
  print('\n| load | good answers a second | refused with 503 a second |');
  print('|---|---|---|');
  print(`| 64 connections, as fast as they can | ${capacity.toFixed(0)} | ${(peak.non2xx / peak.duration).toFixed(0)} |`);
  print(`| 600 connections, five times that rate | ${good(five).toFixed(0)} | ${(refused / five.duration).toFixed(0)} |`);
  print(`\nGoodput at five times capacity: ${((100 * good(five)) / capacity).toFixed(0)} % (goal: 80 % or more).`);
}
