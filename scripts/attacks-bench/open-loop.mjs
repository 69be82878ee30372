import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Sends the same POST so many times a second, evenly, whether or not the ones before were answered, over connections that are kept:
 * autocannon sends what is due in a second at its beginning. `unsent`: no connection was free. `statuses`: milliseconds of each answer.
 */
export async function openLoop(origin, body, { rate, seconds, connections }) {
  const { hostname, port } = new URL(origin);
  const request = [
    'POST /graphql HTTP/1.1',
    `host: ${hostname}:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  const statuses = new Map();
  const free = [];
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(hostname, Number(port), free, statuses)));
  const begun = performance.now();
  let unsent = 0;
  for (let sent = 0, now = 0; now < seconds * 1_000; now = performance.now() - begun) {
    for (const due = Math.floor((now * rate) / 1_000); sent < due; sent += 1) {
      const one = free.shift();
      if (one === undefined) unsent += 1;
      else one.send(request);
    }
    await sleep(1);
  }
  for (const socket of sockets) socket.destroy();
  return { statuses, unsent };
}

/** A connection, which puts itself among the free ones whenever its answer is there. */
async function open(host, port, free, statuses) {
  const socket = connect({ host, port, noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let sentAt = 0;
  let head = '';
  let missing = -1;
  const self = {
    send: (request) => {
      sentAt = performance.now();
      socket.write(request);
    },
  };
  socket.on('data', (chunk) => {
    if (missing < 0) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      missing = Number(/^content-length: *(\d+)/im.exec(head)?.[1]) - (head.length - end - 4);
    } else missing -= chunk.length;
    if (missing > 0) return;
    const status = Number(head.slice(9, 12));
    if (!statuses.has(status)) statuses.set(status, []);
    statuses.get(status).push(performance.now() - sentAt);
    head = '';
    missing = -1;
    free.push(self);
  });
  socket.on('error', () => undefined);
  free.push(self);
  return socket;
}
