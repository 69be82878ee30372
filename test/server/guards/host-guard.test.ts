import { afterEach, expect, test } from '@jest/globals';

import { Authenticator } from '../../../src/server/authentication/authenticator.js';
import { RawConnection } from '../../support/raw-http.js';
import { type LiveServer, type LiveServerOptions, startLiveServer } from '../subscriptions/live-server.js';

let server: LiveServer;
let now = 0;
afterEach(() => server.app.close());

async function start(options: LiveServerOptions = {}): Promise<void> {
  server = await startLiveServer({ monotonic: () => now, onlyLocalHosts: true, ...options });
}

const offers = {
  websocket: [
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol: graphql-transport-ws',
  ],
  h2c: ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__'],
};

/** The statuses of a query, a WebSocket and a query that offers HTTP/2, as a page of this host sends them. */
async function statuses(host: string, headers: readonly string[] = []): Promise<readonly (number | null)[]> {
  const body = '{"query":"{ hello }"}';
  const send = async (line: string, lines: readonly string[], text = ''): Promise<number | null> => {
    const connection = new RawConnection(server.host);
    connection.socket.on('data', (chunk) => String(chunk).startsWith('HTTP/1.1 101') && connection.socket.destroy());
    const head = [line, `host: ${host}`, `origin: http://${host}`, ...headers, ...lines];
    await connection.send(`${head.join('\r\n')}\r\n\r\n${text}`);
    return (await connection.ended).status;
  };
  const post = ['content-type: application/json', `content-length: ${body.length}`];
  return [
    await send('POST /graphql HTTP/1.1', [...post, 'connection: close'], body),
    await send('GET /graphql HTTP/1.1', offers.websocket),
    (await send('GET /demo HTTP/1.1', ['connection: close'])) === 403 ? 403 : 200,
  ];
}

const accepted = [200, 101, 200];
const refused = [403, 403, 403];

test.each(['127.0.0.1:4000', '127.1.2.3', '[::1]:4000', 'localhost', 'LOCALHOST:4000', 'tasks.localhost:4000'])(
  'Without authentication, a request for the host %s is accepted.',
  async (host) => {
    await start();
    expect(await statuses(host)).toEqual(accepted);
    expect(server.log).toEqual([]);
  },
);

test.each([
  'evil.example:4000',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'notlocalhost',
  '192.168.0.1:4000',
  '0.0.0.0:4000',
  'a@localhost',
  'localhost/',
])('A request for the host %s is refused over every transport, also with forwarded headers, with one line in the log.', async (host) => {
  await start();
  expect(await statuses(host)).toEqual(refused);
  expect(await statuses(host, ['x-forwarded-host: localhost', 'x-forwarded-for: 127.0.0.1'])).toEqual(refused);
  expect(server.log.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 40, code: 'FORBIDDEN', host, msg: expect.stringContaining('name its origin in server.cors') },
  ]);
});

test('A request for another host that offers HTTP/2 is refused too, and a probe is answered.', async () => {
  await start();
  for (const [path, status] of [
    ['/graphql', 403],
    ['/livez', 200],
  ] as const) {
    const connection = new RawConnection(server.host);
    await connection.send(`GET ${path} HTTP/1.1\r\nhost: evil.example\r\n${offers.h2c.join('\r\n')}\r\n\r\n`);
    await new Promise((resolve) => connection.socket.once('data', resolve));
    connection.socket.destroy();
    expect((await connection.ended).status).toBe(status);
  }
});

test('The host of a proxy on this machine is accepted where its origin is in server.cors, whatever port the proxy leaves out.', async () => {
  await start({ cors: ['https://tasks.example', 'http://localhost:*'] });
  expect((await statuses('tasks.example'))[0]).toBe(200);
  expect((await statuses('Tasks.Example:8443'))[0]).toBe(200);
  expect(await statuses('other.example')).toEqual(refused);
});

test('What a trusted proxy passes on is accepted.', async () => {
  const fetchPublicDocument = (): Promise<never> => Promise.reject(new Error('Nothing is read.'));
  const access = { mode: 'none' } as const;
  await start({ authenticator: new Authenticator({ access, trustedProxies: ['127.0.0.1'], fetchPublicDocument, now: Date.now }) });
  expect(await statuses('tasks.example')).toEqual(accepted);
});

test('Hosts that are invented do not fill the log, and a host is named again after ten minutes.', async () => {
  await start();
  const ask = async (host: string): Promise<void> => {
    const connection = new RawConnection(server.host);
    await connection.send(`GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    await connection.ended;
  };
  for (let n = 0; n < 110; n += 1) await ask(`page-${n}.example`);
  expect(server.log).toHaveLength(100);
  now += 600_000;
  await ask('page-0.example');
  expect(server.log).toHaveLength(101);
});

test('Where callers authenticate, the host is not checked.', async () => {
  await start({ onlyLocalHosts: false });
  expect((await statuses('evil.example'))[0]).toBe(200);
});
