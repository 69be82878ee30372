import { once } from 'node:events';
import { connect } from 'node:net';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { post } from '../../support/post.js';
import { RawConnection } from '../../support/raw-http.js';
import { type LiveServer, startLiveServer } from './live-server.js';

let server: LiveServer;

beforeEach(async () => {
  server = await startLiveServer();
});

afterEach(() => server.app.close());

test.each(['at once', 'in pieces'])(
  'A request that offers HTTP/2 and comes %s is answered over HTTP/1.1, and so is the next one.',
  async (how) => {
    const [hostname = '', port] = server.host.split(':');
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ query: '{ hello }' });
    const head = ['POST /graphql HTTP/1.1', `host: ${server.host}`, 'content-type: application/json', `content-length: ${body.length}`];
    const offer = ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__'];
    const sendAndExpectOk = async (text: string): Promise<void> => {
      let received = '';
      const arrived = new Promise<void>((resolve) => {
        socket.on('data', function read(chunk) {
          received += chunk.toString();
          if (!received.includes('"hello":null')) return;
          socket.off('data', read);
          resolve();
        });
      });
      if (how === 'at once') socket.write(text);
      else for (const piece of text.match(/[^]{1,64}/g) ?? []) await new Promise((resolve) => socket.write(piece, resolve));
      await arrived;
      expect(received).toMatch(/^HTTP\/1.1 200/);
    };
    await sendAndExpectOk(`${[...head, ...offer].join('\r\n')}\r\n\r\n${body}`);
    await sendAndExpectOk(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroy();
  },
);

test('Closing waits neither for a connection that is idle nor for one over which nothing came.', async () => {
  expect((await post(`http://${server.host}/graphql`, { query: '{ hello }' })).data).toEqual({ hello: null });
  const [hostname = '', port] = server.host.split(':');
  const accepted = once(server.app.server, 'connection');
  const unused = connect(Number(port), hostname);
  await accepted;
  await server.app.close();
  unused.destroy();
});

const offer = ['connection: upgrade', 'upgrade: h2c'];

test('An offer of HTTP/2 with thousands of headers keeps its length: its body is no request.', async () => {
  const connection = new RawConnection(server.host);
  const inner = 'GET /livez HTTP/1.1\r\nhost: a\r\n\r\n';
  const many = Array.from({ length: 2_100 }, () => 'a:b');
  const head = ['POST /nothing HTTP/1.1', 'host: a', ...offer, ...many, `content-length: ${inner.length}`];
  const last = 'GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';
  await connection.send(`${head.join('\r\n')}\r\n\r\n${inner}`);
  await once(connection.socket, 'data');
  await connection.send(last);
  expect((await connection.ended).text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
});

test('Offers of HTTP/2 one after the other are answered, the second with the end of the connection; some sent ahead are not.', async () => {
  const request = `${['GET /livez HTTP/1.1', 'host: a', ...offer].join('\r\n')}\r\n\r\n`;
  const waiting = new RawConnection(server.host);
  await waiting.send(request);
  await once(waiting.socket, 'data');
  await waiting.send(request);
  expect((await waiting.ended).text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  const pipelining = new RawConnection(server.host);
  await pipelining.send(request.repeat(50));
  expect((await pipelining.ended).text.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThan(2);
});
