import { WebSocket } from 'ws';

const query = 'subscription { tasksChanged { kind task { id name status } } }';
/** So often one of them goes and comes again, in milliseconds. */
const churnMs = 250;

/** Opens so many WebSockets with a subscription each; all the time one of them ends and is opened again. */
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
      socket.once('close', () => reject(new Error('The gateway let no subscriber in.')));
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
  /** Until it is let in: a gateway that has too much to do refuses, for a moment. */
  const again = () => {
    open().catch(() => {
      refused += 1;
      setTimeout(again, 1_000).unref();
    });
  };
  const churn = setInterval(() => {
    const socket = sockets.shift();
    if (socket === undefined) return;
    ending.add(socket);
    socket.close();
    again();
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
