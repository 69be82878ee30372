import type { AddressInfo } from 'node:net';
import { connect, createServer, type SecureVersion, type Server, type TLSSocket } from 'node:tls';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { UpstreamClient } from '../../src/upstream/upstream.js';
import { createSourceSettings } from '../support/source-settings.js';
import { describeWith } from '../support/describe-with-tool.js';
import { Certificates, type KeyPair, openssl } from './certificates.js';

/** What a client and a server of long ago would agree on. */
const longAgo = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

describeWith(openssl)('A plane that speaks', () => {
  let certificates: Certificates;
  let good: KeyPair;
  let ca: string;
  beforeAll(() => {
    certificates = new Certificates();
    ca = certificates.authority('own-authority').cert;
    good = certificates.server('good', 'own-authority', 'IP:127.0.0.1', ['20260101000000Z', '20991231000000Z']);
  });
  afterAll(() => certificates.remove());

  test.each<[SecureVersion, 'TLS' | null]>([
    ['TLSv1', 'TLS'],
    ['TLSv1.1', 'TLS'],
    ['TLSv1.2', null],
    ['TLSv1.3', null],
  ])('%s at most', async (maxVersion, problem) => {
    const server = await listen({ ...good, ...longAgo, maxVersion });
    const { port } = server.address() as AddressInfo;
    // The server is there, and would do for another client.
    expect(await agreed(port, ca)).toBe(maxVersion);
    const upstream = new UpstreamClient(createSourceSettings(`https://127.0.0.1:${port}`, { tls: { ca } }));
    const outcome = upstream.send({ method: 'GET', path: ['v1'], signal: AbortSignal.timeout(60_000) });
    if (problem === null) expect((await outcome).status).toBe(204);
    else await expect(outcome).rejects.toMatchObject({ problem: { kind: problem } });
    await upstream.close();
    server.close();
  });
});

function listen(options: object): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(options, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    }).listen(0, '127.0.0.1', () => resolve(server));
    server.on('tlsClientError', () => undefined);
  });
}

function agreed(port: number, ca: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, ca, ...longAgo }, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
