// The clients of watch.mjs: WebSockets in a child process, so that only the gateway's memory is measured.
import { WebSocket } from 'ws';

const query = 'subscription { tasksChanged { kind task { id name status } } }';
const sockets = [];
/** Is called with each message of a socket. */
let onMessage = () => undefined;

const commands = {
  /** Opens `count` sockets, each with one subscription when `subscribe` is true. */
  async open({ host, count, subscribe }) {
    const target = sockets.length + count;
    while (sockets.length < target) {
      const batch = Array.from({ length: Math.min(100, target - sockets.length) }, () => connect(host));
      for (const socket of await Promise.all(batch)) {
        if (subscribe) send(socket, { id: '1', type: 'subscribe', payload: { query } });
        sockets.push(socket);
      }
    }
    await Promise.all(sockets.map(waitForPong));
    return { count: sockets.length };
  },

  /** Waits until every socket has received a change with this text: the time of receipt for each. */
  changes({ text, seconds }) {
    const times = [];
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        onMessage = () => undefined;
        resolve({ times });
      };
      const timer = setTimeout(end, seconds * 1_000);
      onMessage = (message) => {
        if (message.includes(text) && times.push(Date.now()) === sockets.length) end();
      };
    });
  },

  /** Subscribes and unsubscribes `count` times in all, spread over the open sockets. */
  async cycles({ count }) {
    const rounds = Math.ceil(count / sockets.length);
    for (let round = 0; round < rounds; round++) {
      for (const socket of sockets) {
        const id = String(round);
        send(socket, { id, type: 'subscribe', payload: { query } });
        send(socket, { id, type: 'complete' });
      }
      if (round % 10 === 9) await Promise.all(sockets.map(waitForPong));
    }
    await Promise.all(sockets.map(waitForPong));
    return { count: rounds * sockets.length };
  },

  async close() {
    await Promise.all(
      sockets.splice(0).map((socket) => {
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.close();
        return closed;
      }),
    );
    return {};
  },
};

process.on('message', ({ name, args }) => {
  commands[name](args).then(
    (answer) => process.send({ answer }),
    (error) => process.send({ error: String(error) }),
  );
});

function connect(host) {
  const socket = new WebSocket(`ws://${host}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false });
  socket.on('message', (data) => onMessage(Buffer.isBuffer(data) ? data.toString('utf8') : ''));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => send(socket, { type: 'connection_init' }));
    socket.once('message', () => resolve(socket));
  });
}

function send(socket, message) {
  socket.send(JSON.stringify(message));
}

/** Resolves when the server has processed all earlier messages. */
function waitForPong(socket) {
  return new Promise((resolve) => {
    socket.once('pong', resolve);
    socket.ping();
  });
}
