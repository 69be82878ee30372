import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from '@jest/globals';

import type { UpstreamResponse } from '../../src/upstream/response.js';
import { UpstreamClient } from '../../src/upstream/upstream.js';
import type { UpstreamRequest } from '../../src/upstream/request.js';
import { FullBacklog } from '../faults/full-backlog.js';
import { createSourceSettings } from '../support/source-settings.js';
import { waitUntil } from '../support/wait-until.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const question = (timeoutMs = 60_000): UpstreamRequest => ({
  method: 'GET',
  path: ['v1', 'tasks'],
  signal: AbortSignal.timeout(timeoutMs),
});

async function listen(handle: (socket: Socket) => void): Promise<string> {
  const server = await new Promise<Server>((resolve) => {
    const started = createServer(handle).listen(0, '127.0.0.1', () => resolve(started));
  });
  ends.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function upstreamTo(url: string, timeoutMs = 60_000): UpstreamClient {
  const upstream = new UpstreamClient(createSourceSettings(url, { timeoutMs }));
  ends.push(() => upstream.close());
  return upstream;
}

const good = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\n{}';

test('a plane that accepts no connection times out after a second, and no action is sent', async () => {
  const plane = await FullBacklog.start();
  ends.push(() => plane.close());
  const upstream = upstreamTo(plane.url);
  const begun = performance.now();
  const delivery = await upstream.deliverOnce({ ...question(), method: 'DELETE' });
  expect(delivery).toMatchObject({ kind: 'not-sent', error: { problem: { kind: 'TIMEOUT' } } });
  expect(performance.now() - begun).toBeGreaterThan(990);
  expect(performance.now() - begun).toBeLessThan(30_000);
});

test('a connection that was established while the event loop was blocked for two seconds is used', async () => {
  const url = await listen((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(good));
  });
  const upstream = upstreamTo(url);
  const block = (): void => {
    for (const begun = performance.now(); performance.now() - begun < 2_000;);
  };
  // The system call is made in a later tick than the message.
  const blockSoon = (): void => process.nextTick(() => process.nextTick(() => process.nextTick(block)));
  subscribe('undici:client:beforeConnect', blockSoon);
  ends.push(() => unsubscribe('undici:client:beforeConnect', blockSoon));
  expect(await upstream.deliverOnce({ ...question(), method: 'DELETE' })).toMatchObject({ kind: 'answered', response: { status: 200 } });
});

test('a kept connection that the plane has closed does not fail a read', async () => {
  const sockets: Socket[] = [];
  const url = await listen((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    // It answers once, and is gone when the next request comes, without having said so.
    socket.on('data', () => (socket.bytesWritten === 0 ? socket.write(good) : socket.resetAndDestroy()));
  });
  const upstream = upstreamTo(url);
  for (let reads = 0; reads < 5; reads++) expect((await upstream.send(question())).status).toBe(200);
  expect(sockets.length).toBeGreaterThan(3);
});

test('an action is never sent over a connection of a read', async () => {
  let [connections, onUsed] = [0, 0];
  const url = await listen((socket) => {
    connections += 1;
    let requests = 0;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (requests++ > 0 && String(data).startsWith('PATCH')) onUsed += 1;
      socket.write(good);
    });
  });
  const upstream = upstreamTo(url);
  for (let turn = 0; turn < 5; turn++) {
    await upstream.send(question());
    await upstream.deliverOnce({ ...question(), method: 'PATCH', body: '{}' });
  }
  expect(onUsed).toBe(0);
  expect(connections).toBeGreaterThanOrEqual(6);
});

test('reads use at most 16 connections', async () => {
  const open = new Set<Socket>();
  let most = 0;
  const url = await listen((socket) => {
    open.add(socket);
    most = Math.max(most, open.size);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', () => setImmediate(() => socket.write(good)));
  });
  const upstream = upstreamTo(url);
  await Promise.all(Array.from({ length: 60 }, (_, one) => upstream.send({ ...question(), path: ['v1', 'tasks', String(one)] })));
  expect(most).toBeLessThanOrEqual(16);
});

test('connections that are given back are closed after their reads, and a later read opens another one', async () => {
  const open = new Set<Socket>();
  const waiting: Socket[] = [];
  let connections = 0;
  const url = await listen((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', () => waiting.push(socket));
  });
  const upstream = upstreamTo(url);
  const answer = async (read: Promise<UpstreamResponse>): Promise<number> => {
    await waitUntil(() => waiting.length > 0);
    waiting.pop()?.write(good);
    return (await read).status;
  };
  expect(await answer(upstream.send(question()))).toBe(200);
  expect([open.size, upstream.isBusy()]).toEqual([1, false]);
  const read = upstream.send(question());
  await waitUntil(() => waiting.length > 0);
  expect(upstream.isBusy()).toBe(true);
  const released = upstream.releaseIdle();
  expect(await answer(read)).toBe(200);
  await released;
  await waitUntil(() => open.size === 0);
  const before = connections;
  expect(await answer(upstream.send(question()))).toBe(200);
  expect(connections - before).toBe(1);
});

test('a body that never ends times out at the deadline', async () => {
  let timer: NodeJS.Timeout | undefined;
  const url = await listen((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n[\r\n');
      timer = setInterval(() => socket.write('1\r\n \r\n'), 50);
    });
    socket.on('close', () => clearInterval(timer));
  });
  const upstream = upstreamTo(url, 400);
  const begun = performance.now();
  await expect(upstream.send(question(400))).rejects.toMatchObject({ problem: { kind: 'TIMEOUT' } });
  expect(performance.now() - begun).toBeLessThan(30_000);
});

test('a credential that a plane sends back is removed', async () => {
  const url = await listen((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const body = JSON.stringify({ message: `you sent ${/authorization: (.*)/i.exec(String(data))?.[1]}` });
      socket.write(`HTTP/1.1 400 Bad Request\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
  });
  const upstream = upstreamTo(url);
  const request = { ...question(), headers: { authorization: 'Bearer canary-credential' } };
  expect((await upstream.send(request)).text).toBe('{"message":"you sent Bearer [removed]"}');
  const delivery = await upstream.deliverOnce({ ...request, method: 'PATCH' });
  expect(JSON.stringify(delivery)).not.toContain('canary-credential');
});
