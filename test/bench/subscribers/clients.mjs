// The subscribers, in a process of their own. They speak both protocols over plain sockets, so that tens of thousands of them cost little.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { answerRequests } from './process-measures.mjs';
import { WebSocketMessages, encodeFrame } from './web-socket-frames.mjs';

const { transport, host, authorization } = JSON.parse(process.argv[2]);
const [address, port] = host.split(':');

const sockets = [];
const refused = [];
let closed = 0;
const received = { bytes: 0, messages: 0 };
/** Is called with the bytes of each message that has an event. */
let onEvent = () => undefined;

answerRequests({
  /** Opens `count` connections with a subscription each; `requests` are the bodies, which are used in turn. */
  async open({ count, requests }) {
    // Connections that are opened at the same time: more would be an overload, of the gateway or, with a task each, of the plane.
    const openedAtOnce = requests.length > 1 ? 5 : 50;
    for (let first = 0; first < count; first += openedAtOnce) {
      const places = Array.from({ length: Math.min(openedAtOnce, count - first) }, (_, place) => first + place);
      sockets.push(...(await Promise.all(places.map((place) => open(requests[place % requests.length], place)))));
    }
    for (let round = 0; round < 4; round++) {
      await sleep(500);
      for (const subscribe of refused.splice(0)) subscribe();
    }
  },

  /** Waits until `count` subscribers have received a message with this text: when each of them did, in milliseconds since 1970. */
  expect({ text, count }) {
    const needle = Buffer.from(text);
    const before = { ...received };
    let seen = 0;
    let half = 0;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        onEvent = () => undefined;
        resolve({
          seen,
          closed,
          refused: refused.length,
          half,
          last: Date.now(),
          bytes: received.bytes - before.bytes,
          messages: received.messages - before.messages,
        });
      };
      const timer = setTimeout(end, 20_000);
      onEvent = (message) => {
        if (message.indexOf(needle) === -1) return;
        seen += 1;
        if (seen === Math.ceil(count / 2)) half = Date.now();
        if (seen === count) end();
      };
    });
  },

  close() {
    for (const socket of sockets) socket.destroy();
    process.exit();
  },
});
process.send('ready');

function open(request, place) {
  return transport === 'sse' ? openEventStream(request) : openWebSocket(request, place);
}

function createSocket(reject) {
  const socket = connect({ host: address, port: Number(port), noDelay: true });
  socket.on('error', reject);
  socket.on('close', () => {
    closed += 1;
    reject(new Error('The server closed a connection.'));
  });
  socket.on('data', (chunk) => (received.bytes += chunk.length));
  return socket;
}

/** Resolves when the server has received the `subscribe` message: it has answered a ping that was sent after it. */
function openWebSocket(request, place) {
  return new Promise((resolve, reject) => {
    const socket = createSocket(reject);
    let subscription = null;
    const send = (message) => socket.write(encodeFrame(1, JSON.stringify(message)));
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    );
    socket.once('data', (head) => {
      if (!head.includes(' 101 ')) return reject(new Error(head.toString('utf8')));
      const messages = new WebSocketMessages((opcode, payload) => {
        if (opcode === 9) return void socket.write(encodeFrame(10, payload));
        if (opcode === 10) return resolve(socket);
        received.messages += 1;
        if (payload.includes('"connection_ack"')) {
          // Ids as the client of graphql-ws makes them: each subscriber has another one.
          const id = `3b241101-e2bb-4255-8caf-${String(place).padStart(12, '0')}`;
          subscription = { id, type: 'subscribe', payload: request };
          send(subscription);
          return void socket.write(encodeFrame(9, ''));
        }
        // Refused because too many come at once: tried again when all others are open.
        if (payload.includes('"type":"error"')) return void refused.push(() => send(subscription));
        if (payload.includes('"errors"')) reject(new Error(payload.toString('utf8')));
        onEvent(payload);
      });
      socket.on('data', (chunk) => messages.push(chunk));
      // A ping may come with the handshake.
      messages.push(head.subarray(head.indexOf('\r\n\r\n') + 4));
      send({ type: 'connection_init', payload: { authorization } });
    });
  });
}

/** Resolves with the first comment, which comes when the stream is open. */
function openEventStream(request) {
  return new Promise((resolve, reject) => {
    const socket = createSocket(reject);
    const body = JSON.stringify(request);
    socket.write(
      `POST /graphql/stream HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\nAccept: text/event-stream\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    socket.on('data', (chunk) => {
      // An event is one write of the server, and shorter than what one read returns.
      if (chunk.indexOf('event: next') !== -1) {
        received.messages += 1;
        if (chunk.includes('"errors"')) reject(new Error(chunk.toString('utf8')));
        onEvent(chunk);
      } else if (chunk.includes(' 200 ')) resolve(socket);
      else if (chunk.includes('HTTP/1.1')) reject(new Error(chunk.toString('utf8')));
    });
  });
}
