import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, expect, test } from '@jest/globals';

import { catalog } from '../../src/sources/catalog/catalog-source.js';
import type { ListResponse, Source } from '../../src/sources/source.js';
import { SourceProblemError } from '../../src/model/source-problem.js';
import { createSourceSettings } from '../support/source-settings.js';
import { waitUntil } from '../support/wait-until.js';

const id = 'abc';
const task = JSON.stringify({ id, status: 'running' });
const maxBodyBytes = 1_000_000;

let server: Server | null = null;
let source: Source | null = null;
const open = new Set<Socket>();
/** Bytes that the plane could send, over all its connections. */
let sentBytes = 0;
let requests = 0;
afterEach(async () => {
  await source?.upstream.close();
  for (const socket of open) socket.destroy();
  server?.close();
  [sentBytes, requests] = [0, 0];
});

/** A Catalog that writes bytes as they are, right or wrong. */
async function start(respond: (socket: Socket, base: string) => void): Promise<void> {
  const listening = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    socket.on('data', () => {
      requests += 1;
      respond(socket, url);
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  server = listening;
  const settings = catalog.settings.parse({ zoneId: 'z', credentials: { token: 'a-token-of-the-catalog' }, tasks: [] });
  source = catalog.create(createSourceSettings(url, { name: 'cat', maxBodyBytes }), settings);
}

/** Writes a part again and again, as long as the gateway reads. */
function writeForever(socket: Socket, part: string): void {
  const next = (): void => {
    while (!socket.destroyed && socket.writable) {
      sentBytes += part.length;
      if (!socket.write(part)) return void socket.once('drain', next);
    }
  };
  next();
}

async function list(signal: AbortSignal): Promise<ListResponse | SourceProblemError> {
  try {
    return (
      (await source?.list({ signal, cachedTask: () => undefined, trackedIds: [id] })) ??
      new SourceProblemError('OTHER', 'There is no source.')
    );
  } catch (error) {
    if (error instanceof SourceProblemError) return error;
    throw error;
  }
}

const ok = (body: string | Buffer, headers = 'content-type: application/json'): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\ncontent-length: ${body.length}\r\n\r\n`), Buffer.from(body)]);

test.each<readonly [string, (socket: Socket) => void, string]>([
  ['something that is not HTTP', (socket: Socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n'), 'MALFORMED_RESPONSE'],
  [
    'a header that never ends',
    (socket: Socket) => writeForever(socket.resume(), socket.bytesWritten === 0 ? 'HTTP/1.1 200 OK\r\nx: aaaaaaaa' : 'a'),
    'MALFORMED_RESPONSE',
  ],
  [
    'headers that never end',
    (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      writeForever(socket, 'x-a: b\r\n'.repeat(100));
    },
    'MALFORMED_RESPONSE',
  ],
  [
    'a body that never ends',
    (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
      writeForever(socket, ' '.repeat(10_000));
    },
    'TOO_LARGE',
  ],
  [
    'chunks that never end',
    (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      writeForever(socket, `2710\r\n${' '.repeat(10_000)}\r\n`);
    },
    'TOO_LARGE',
  ],
  [
    'a chunk without a size',
    (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
    'MALFORMED_RESPONSE',
  ],
  ['a negative length', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'), 'MALFORMED_RESPONSE'],
  [
    'two lengths',
    (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n1'),
    'UNREACHABLE',
  ],
  [
    'a length beyond the limit',
    (socket: Socket) => void socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n${' '.repeat(2_000_000)}`),
    'TOO_LARGE',
  ],
  [
    'a compressed body',
    (socket: Socket) => void socket.write(ok(gzipSync(Buffer.alloc(50_000_000, ' ')), 'content-encoding: gzip')),
    'MALFORMED_RESPONSE',
  ],
  ['a web page', (socket: Socket) => void socket.write(ok('<html>', 'content-type: text/html')), 'MALFORMED_RESPONSE'],
  ['nested JSON', (socket: Socket) => void socket.write(ok('['.repeat(100_000))), 'MALFORMED_RESPONSE'],
])('a Catalog that sends %s is a problem of its own, within its limits', async (_what, respond, kind) => {
  await start(respond);
  const result = await list(AbortSignal.timeout(60_000));
  expect(result instanceof SourceProblemError ? result.problem.kind : result).toBe(kind);
  // Of each of three attempts: the limit, what the kernel keeps for both sides, and what was on its way.
  expect(sentBytes).toBeLessThan(3 * (maxBodyBytes + 16_000_000));
  expect(requests).toBeLessThanOrEqual(3);
});

test.each<readonly [string, (socket: Socket) => void]>([
  ['nothing', () => undefined],
  [
    'early hints for ever',
    (socket: Socket) => {
      for (let count = 0; count < 1_000; count++) socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n');
    },
  ],
  ['half a status line', (socket: Socket) => void socket.write('HTTP/1.1 2')],
  ['half its headers', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-type: appl')],
  ['half its body', (socket: Socket) => void socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${task}`)],
])('a Catalog that sends %s, and then waits, costs no more than the deadline', async (_what, respond) => {
  await start(respond);
  const deadline = new AbortController();
  const result = list(deadline.signal);
  await waitUntil(() => requests > 0, 'the request arrives');
  deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  expect(await result).toMatchObject({ problem: { kind: 'TIMEOUT' } });
  await waitUntil(() => open.size === 0, 'the gateway closes the connection');
});

test.each([
  'image/png',
  'text/plain; charset=utf-16',
  'application/x-www-form-urlencoded',
  '',
  'application/json; charset="\u00e9',
  'multipart/mixed; boundary=x',
])('JSON is read whatever it is called: %j', async (type) => {
  await start((socket) => void socket.write(ok(task, `content-type: ${type}`)));
  expect(await list(AbortSignal.timeout(60_000))).toMatchObject({ isComplete: true, tasks: [{ sourceTaskId: id }] });
});

test.each([301, 302, 303, 304, 305, 307, 308, 399])('a Catalog that redirects with %d is followed nowhere', async (status) => {
  for (const location of [
    '/elsewhere',
    'http://127.0.0.1:1/stolen',
    '//127.0.0.1:1/stolen',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '\u0001',
  ]) {
    await start((socket) => void socket.write(`HTTP/1.1 ${status} X\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`));
    const result = await list(AbortSignal.timeout(60_000));
    expect([location, result instanceof SourceProblemError && ['HTTP_STATUS', 'MALFORMED_RESPONSE'].includes(result.problem.kind)]).toEqual(
      [location, true],
    );
    expect(requests).toBe(1);
    await source?.upstream.close();
    requests = 0;
    server?.close();
  }
});
