import { connect } from 'node:net';

import { Agent } from 'undici';

import { ask } from './ask.mjs';
import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { withGateway } from './with-gateway.mjs';

const connections = 2_000;
const small = JSON.stringify({ query: '{ taskSources { name } }' });

/** A16: how long others wait while connections are open over which a request began and never ends. */
export async function idleConnections() {
  await withGateway({}, async ({ origin, rssMb }) => {
    await p99Of(origin);
    const [alone, memory] = [await p99Of(origin), await rssMb()];
    const { hostname, port } = new URL(origin);
    const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('error', resolve).once('connect', resolve))));
    for (const socket of sockets) socket.write('POST /graphql HTTP/1.1\r\nhost: a\r\nx: ');
    const beside = await p99Of(origin);
    const more = (await rssMb()) - memory;
    const open = sockets.filter(({ readyState }) => readyState === 'open').length;
    for (const socket of sockets) socket.destroy();
    print(
      '\n| A16 | p99 of a small query alone, ms | beside connections that do not get on, ms | of them open until then | times (goal: < 2) | memory, MB more |',
    );
    print('|---|---|---|---|---|---|');
    print(`| slow headers | ${alone.toFixed(1)} | ${beside.toFixed(1)} | ${open} | ${(beside / alone).toFixed(1)} | ${more} |`);
  });
}

/** Within the five seconds that headers may take. */
async function p99Of(origin) {
  const dispatcher = new Agent({ connections: 1 });
  const all = [];
  for (const end = performance.now() + 3_000; performance.now() < end;) all.push((await ask(origin, small, { dispatcher })).ms);
  await dispatcher.close();
  return quantile(all, 0.99);
}
