import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { UpstreamClient } from '../../src/upstream/upstream.js';
import type { UpstreamRequest } from '../../src/upstream/request.js';
import { createSourceSettings } from '../support/source-settings.js';

let plane: PlaneServer;
beforeEach(async () => {
  plane = await PlaneServer.start(() => ({ status: 202, body: { id: '1' } }));
});
afterEach(() => plane.close());

const action = (signal = AbortSignal.timeout(60_000)): UpstreamRequest => ({
  method: 'PATCH',
  path: ['v1', 'tasks', '1'],
  body: '{}',
  signal,
});

const question = (): UpstreamRequest => ({ method: 'GET', path: ['v1', 'tasks'], signal: AbortSignal.timeout(60_000) });

test('a response is delivered as it is, after one request', async () => {
  const upstream = new UpstreamClient(createSourceSettings(plane.url));
  expect(await upstream.deliverOnce(action())).toMatchObject({ kind: 'answered', response: { status: 202 } });
  expect(plane.calls).toHaveLength(1);
  await upstream.close();
});

test('two concurrent equal actions are two requests: only the layer above knows whether they are one action', async () => {
  const upstream = new UpstreamClient(createSourceSettings(plane.url));
  await Promise.all([upstream.deliverOnce(action()), upstream.deliverOnce(action())]);
  expect(plane.calls).toHaveLength(2);
  await upstream.close();
});

test('a refused connection has sent nothing', async () => {
  const { url } = plane;
  await plane.close();
  const upstream = new UpstreamClient(createSourceSettings(url));
  expect(await upstream.deliverOnce(action())).toMatchObject({ kind: 'not-sent', error: { problem: { kind: 'UNREACHABLE' } } });
  await upstream.close();
});

test('when the plane hangs up after the request, the response is lost, after exactly one request', async () => {
  plane.fault = () => 'hang-up';
  const upstream = new UpstreamClient(createSourceSettings(plane.url));
  expect(await upstream.deliverOnce(action())).toMatchObject({ kind: 'lost', error: { problem: { kind: 'UNREACHABLE' } } });
  expect(plane.calls).toHaveLength(1);
  await upstream.close();
});

test('a silent plane is lost at the deadline, after exactly one request', async () => {
  plane.fault = () => 'silence';
  const upstream = new UpstreamClient(createSourceSettings(plane.url));
  expect(await upstream.deliverOnce(action(AbortSignal.timeout(150)))).toMatchObject({
    kind: 'lost',
    error: { problem: { kind: 'TIMEOUT' } },
  });
  expect(plane.calls).toHaveLength(1);
  await upstream.close();
});

test('an action with a success status has succeeded, even if its body never arrives', async () => {
  plane.fault = () => ({ status: 200, headers: { 'content-length': '5000', connection: 'close' }, body: '{' });
  const upstream = new UpstreamClient(createSourceSettings(plane.url));
  expect(await upstream.deliverOnce(action())).toMatchObject({ kind: 'answered', response: { status: 200 } });
  await upstream.close();
});

test('a redirect is a response and is not followed', async () => {
  const elsewhere = await PlaneServer.start(() => ({ status: 200 }));
  plane.fault = () => ({ status: 307, headers: { location: `${elsewhere.url}/steal` } });
  const upstream = new UpstreamClient(createSourceSettings(plane.url));
  expect(await upstream.deliverOnce(action())).toMatchObject({ kind: 'answered', response: { status: 307 } });
  expect(await upstream.send(question())).toMatchObject({ status: 307 });
  expect(elsewhere.calls).toEqual([]);
  await upstream.close();
  await elsewhere.close();
});

test('every action has a connection of its own, used once; reads share theirs', async () => {
  const sockets = new Set<Socket>();
  const server = await listen((socket) => {
    sockets.add(socket);
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
    socket.on('error', () => socket.destroy());
  });
  const upstream = new UpstreamClient(createSourceSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  for (let times = 0; times < 3; times++) await upstream.deliverOnce(action());
  expect(sockets.size).toBe(3);
  for (let times = 0; times < 20; times++) await upstream.send(question());
  expect(sockets.size - 3).toBeLessThan(5);
  await upstream.close();
  server.close();
});

test('something that is not HTTP is lost, and malformed to a read', async () => {
  const server = await listen((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
  });
  const upstream = new UpstreamClient(createSourceSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  expect(await upstream.deliverOnce(action())).toMatchObject({ kind: 'lost', error: { problem: { kind: 'MALFORMED_RESPONSE' } } });
  await expect(upstream.send(question())).rejects.toMatchObject({ problem: { kind: 'MALFORMED_RESPONSE' } });
  await upstream.close();
  server.close();
});

function listen(handle: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(handle);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
