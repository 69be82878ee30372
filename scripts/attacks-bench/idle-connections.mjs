import { connect } from 'node:net';

import { Agent } from 'undici';

import { sendPost } from './send-post.mjs';
import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { withGateway } from './with-gateway.mjs';

const connections = 2_000;
const small = JSON.stringify({ query: '{ taskSources { name } }' });

/** A16: the latency of other clients while connections are open whose requests never complete. */
export async function idleConnections() {
  await withGateway({}, async ({ origin, rssMb }) => {
    await measureP99(origin);
    const [baseline, memory] = [await measureP99(origin), await rssMb()];
    const { hostname, port } = new URL(origin);
    const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('error', resolve).once('connect', resolve))));
    for (const socket of sockets) socket.write('POST /graphql HTTP/1.1\r\nhost: a\r\nx: ');
    const loaded = await measureP99(origin);
    const growthMb = (await rssMb()) - memory;
    const open = sockets.filter(({ readyState }) => readyState === 'open').length;
    for (const socket of sockets) socket.destroy();
    print(
      '\n| A16 | p99 of a small query, ms | with incomplete requests, ms | connections still open | ratio (goal: < 2) | additional memory, MB |',
    );
    print('|---|---|---|---|---|---|');
    print(`| slow headers | ${baseline.toFixed(1)} | ${loaded.toFixed(1)} | ${open} | ${(loaded / baseline).toFixed(1)} | ${growthMb} |`);
  });
}

/** Measures for three seconds: connections whose headers take five seconds are closed. */
async function measureP99(origin) {
  const dispatcher = new Agent({ connections: 1 });
  const all = [];
  for (const end = performance.now() + 3_000; performance.now() < end;) all.push((await sendPost(origin, small, { dispatcher })).ms);
  await dispatcher.close();
  return quantile(all, 0.99);
}
