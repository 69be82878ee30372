import { connect } from 'node:net';

/** Sends the headers of a body of `bytes` bytes and none of the body: the status, and the milliseconds until the refusal arrived. */
export function announceBody(origin, bytes) {
  const { hostname, port } = new URL(origin);
  const host = `host: ${hostname}:${port}`;
  const headers = ['POST /graphql HTTP/1.1', host, 'content-type: application/json', `content-length: ${bytes}`, '', ''].join('\r\n');
  return new Promise((resolve) => {
    let start = 0;
    const socket = connect(Number(port), hostname, () => {
      start = performance.now();
      socket.write(headers);
    });
    socket.once('data', (text) => {
      const ms = performance.now() - start;
      socket.destroy();
      resolve({ status: Number(String(text).slice(9, 12)), ms });
    });
    socket.once('error', () => resolve({ status: 'cut', ms: performance.now() - start }));
  });
}
