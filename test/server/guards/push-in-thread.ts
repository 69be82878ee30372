import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const pusher = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { host, head, bytes } } = require('node:worker_threads');
  const [address, port] = host.split(':');
  let text = '';
  const socket = connect(Number(port), address, () => socket.write(Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, ' ')])));
  socket.on('data', (data) => (text += data));
  socket.on('error', () => undefined);
  socket.on('close', () => parentPort.postMessage(text));
`;

/** What a client receives that sends bytes without reading: it runs in a thread, so that the server does not slow it down. */
export async function pushInThread(host: string, head: string, bytes: number): Promise<string> {
  const thread = new Worker(pusher, { eval: true, workerData: { host, head, bytes }, execArgv: [] });
  const [text] = await once(thread, 'message');
  await thread.terminate();
  return String(text);
}
