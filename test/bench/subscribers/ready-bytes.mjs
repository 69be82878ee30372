// The floor: the bytes of a ready message written to every socket, by nothing but node:net. No protocol beyond the handshake.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

import { answerRequests, measureProcess, profileCommands } from './process-measures.mjs';
import { encodeServerFrame } from './web-socket-frames.mjs';

const handshakeId = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const ack = encodeServerFrame(1, '{"type":"connection_ack"}');
const pong = encodeServerFrame(10, '');
const subscribers = new Set();

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined).on('close', () => subscribers.delete(socket));
  socket.once('data', (head) => {
    const key = /Sec-WebSocket-Key: (\S+)/.exec(head.toString('latin1'))[1];
    const accept = createHash('sha1')
      .update(key + handshakeId)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
    );
    socket.once('data', () => {
      socket.write(ack);
      socket.once('data', () => {
        subscribers.add(socket);
        socket.write(pong);
      });
    });
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

answerRequests({
  ...profileCommands,
  measure: measureProcess,
  publish: (change) => {
    const payload = JSON.stringify({ data: { tasksChanged: change } });
    const frame = encodeServerFrame(1, `{"id":"1","type":"next","payload":${payload}}`);
    for (const socket of subscribers) socket.write(frame);
  },
});
process.send(`127.0.0.1:${server.address().port}`);
