import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * An open-loop load generator: sends `requests`, each { method, path, body }, in turn at a constant rate over persistent connections,
 * whether or not earlier ones were answered. Resolves with { statuses, unsent }: `statuses` has the latencies in milliseconds by status, and
 * `unsent` is the number of requests for which no connection was free.
 */
export async function openLoop(url, { requests, headers, rate, seconds, connections }) {
  const { hostname, port } = new URL(url);
  const head = [`host: ${hostname}:${port}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  const texts = requests.map(({ method, path, body }) =>
    [`${method} ${path} HTTP/1.1`, ...head, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'),
  );
  const statuses = new Map();
  const free = [];
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(hostname, Number(port), free, statuses)));
  const startedAt = performance.now();
  let unsent = 0;
  for (let sent = 0, now = 0; now < seconds * 1_000; now = performance.now() - startedAt) {
    for (const due = Math.floor((now * rate) / 1_000); sent < due; sent += 1) {
      const connection = free.shift();
      if (connection === undefined) unsent += 1;
      else connection.send(texts[sent % texts.length]);
    }
    await sleep(1);
  }
  for (const socket of sockets) socket.destroy();
  return { statuses: Object.fromEntries(statuses), unsent };
}

/** Opens a connection that returns itself to the free ones when a response is complete. */
async function open(host, port, free, statuses) {
  const socket = connect({ host, port, noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let sentAt = 0;
  let headers = '';
  let remainingBytes = -1;
  const connection = {
    send: (request) => {
      sentAt = performance.now();
      socket.write(request);
    },
  };
  socket.on('data', (chunk) => {
    if (remainingBytes < 0) {
      headers += chunk.toString('latin1');
      const end = headers.indexOf('\r\n\r\n');
      if (end < 0) return;
      remainingBytes = Number(/^content-length: *(\d+)/im.exec(headers)?.[1]) - (headers.length - end - 4);
    } else remainingBytes -= chunk.length;
    if (remainingBytes > 0) return;
    const status = Number(headers.slice(9, 12));
    if (!statuses.has(status)) statuses.set(status, []);
    statuses.get(status).push(performance.now() - sentAt);
    headers = '';
    remainingBytes = -1;
    free.push(connection);
  });
  socket.on('error', () => undefined);
  free.push(connection);
  return socket;
}
