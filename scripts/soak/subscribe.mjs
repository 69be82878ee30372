import { WebSocket } from 'ws';

const query = 'subscription { tasksChanged { kind task { id name status } } }';
/** How often one subscription ends and is opened again, in milliseconds. */
const churnMs = 250;

/** Opens `count` WebSockets with a subscription each; one of them at a time is closed and opened again. */
export async function subscribe(origin, count) {
  const sockets = [];
  let [events, lost, refused] = [0, 0, 0];
  const isOpen = new WeakSet();
  const ending = new WeakSet();
  const open = async () => {
    const socket = new WebSocket(origin.replace('http', 'ws') + '/graphql', 'graphql-transport-ws', { perMessageDeflate: false });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (isOpen.has(socket) && !ending.has(socket)) lost += 1;
    });
    await new Promise((resolve, reject) => {
      socket.once('open', () => socket.send('{"type":"connection_init"}'));
      socket.once('message', resolve);
      socket.once('close', () => reject(new Error('The gateway refused the connection.')));
    });
    isOpen.add(socket);
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
      if (text.includes('"next"')) events += 1;
      else if (text.includes('"ping"')) socket.send('{"type":"pong"}');
    });
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    sockets.push(socket);
  };
  for (let opened = 0; opened < count; opened += 50) await Promise.all(Array.from({ length: Math.min(50, count - opened) }, open));
  /** Tries until the gateway accepts the connection: an overloaded one refuses. */
  const reopen = () => {
    open().catch(() => {
      refused += 1;
      setTimeout(reopen, 1_000).unref();
    });
  };
  const churn = setInterval(() => {
    const socket = sockets.shift();
    if (socket === undefined) return;
    ending.add(socket);
    socket.close();
    reopen();
  }, churnMs);
  return {
    get refused() {
      return refused;
    },
    get lost() {
      return lost;
    },
    takeEvents() {
      const taken = events;
      events = 0;
      return taken;
    },
    async close() {
      clearInterval(churn);
      await Promise.all(
        sockets.splice(0).map((socket) => {
          ending.add(socket);
          const closed = new Promise((resolve) => socket.once('close', resolve));
          socket.close();
          return closed;
        }),
      );
    },
  };
}
