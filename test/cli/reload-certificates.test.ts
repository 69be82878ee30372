import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';
import { Certificates, type KeyPair, openssl } from '../upstream/certificates.js';
import { accountId, answered, astraList, ReloadWorld } from './reload-world.js';

let world: ReloadWorld;
beforeEach(() => {
  world = new ReloadWorld();
});
afterEach(() => world.close());

const reloaded = 'Of the source plane, the certificates of tls were reloaded.';
const unusable = 'has changed and cannot be used, so its previous content stays in use';

describeWith(openssl)('PEM files', () => {
  let certificates: Certificates;
  /** Of the plane. */
  let pair: KeyPair;
  /** Of the gateway: the one that it starts with, and its successor. */
  let first: KeyPair;
  let second: KeyPair;
  beforeAll(() => {
    certificates = new Certificates();
    const create = (name: string, host: string): KeyPair =>
      certificates.server(name, 'new-authority', host, ['20260101000000Z', '20991231000000Z']);
    certificates.authority('old-authority');
    certificates.authority('new-authority');
    pair = create('plane', 'IP:127.0.0.1');
    [first, second] = [create('first', 'DNS:gateway.example'), create('second', 'DNS:gateway.example')];
  });
  afterAll(() => certificates.remove());

  test('caFile is read again when the authority of the plane changes', async () => {
    const authority = (name: string): string => certificates.read(name);
    world.write('ca.pem', authority('old-authority'));
    await world.start('astra', { accountId, credentials: { token: 't' }, tls: { caFile: 'ca.pem' } }, () => astraList, {}, pair);
    expect(await world.outcome()).toMatchObject({ problem: { kind: 'TLS' } });
    world.write('ca.pem', authority('new-authority'));
    expect(await world.outcome()).toEqual(answered);
    expect(world.lines).toEqual([reloaded]);
  });

  /** Starts a gateway with the first certificate, for a plane without TLS. */
  async function startWithFirst(): Promise<void> {
    world.write('cert.pem', first.cert);
    world.write('key.pem', first.key);
    const tls = { certFile: 'cert.pem', keyFile: 'key.pem' };
    await world.start('astra', { accountId, credentials: { token: 't' }, tls }, () => astraList);
  }

  test('a new client certificate waits for its key', async () => {
    await startWithFirst();
    world.write('cert.pem', second.cert);
    world.checkFiles();
    world.checkFiles();
    const problem = 'the certificates and the key of tls of the source plane do not work together';
    expect(world.lines).toEqual([`cert.pem ${unusable}: ${problem}.`]);
    world.write('key.pem', second.key);
    world.checkFiles();
    expect(world.lines.slice(1)).toEqual([reloaded]);
  });

  test('a certificate that is no longer on disk is not used when its key comes', async () => {
    await startWithFirst();
    for (const { cert } of [second, first]) {
      world.write('cert.pem', cert);
      world.checkFiles();
    }
    world.write('key.pem', second.key);
    world.checkFiles();
    expect(world.lines).toEqual([expect.stringContaining(`cert.pem ${unusable}`), expect.stringContaining(`key.pem ${unusable}`)]);
  });
});
