import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';

import { AstraSimulator } from '../../src/sources/astra/simulator/astra-simulator.js';
import { CatalogSimulator } from '../../src/sources/catalog/simulator/catalog-simulator.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { build, cleanUp, folderWith, GatewayProcess } from './gateway-process.js';

let catalog: CatalogSimulator;
let astra: AstraSimulator;
let vcf: VcfSimulator;
beforeAll(async () => {
  build();
  const options = { seed: 1, now: Date.now };
  catalog = await CatalogSimulator.start({ ...options, name: 'catalog' });
  astra = await AstraSimulator.start({ ...options, name: 'astra' });
  vcf = await VcfSimulator.start({ ...options, name: 'vcf' });
});
afterEach(cleanUp);
afterAll(() => Promise.all([catalog.close(), astra.close(), vcf.close()]));

function configuration(changes: { readonly vcf?: object; readonly astra?: object; readonly catalog?: object } = {}): string {
  return stringify({
    server: { port: 0 },
    auth: { mode: 'none' },
    store: { kind: 'memory' },
    sources: [
      { name: 'catalog', kind: 'catalog', url: catalog.url, ...catalog.settings, ...changes.catalog },
      { name: 'astra', kind: 'astra', url: astra.url, ...astra.settings, ...changes.astra },
      { name: 'vcf', kind: 'vcf', url: vcf.url, ...vcf.settings, ...changes.vcf },
    ],
  });
}

test('When all checks pass it prints them for each plane, and exits with 0.', async () => {
  const { code, out, err } = await GatewayProcess.run(['doctor'], { cwd: folderWith({ 'tributary.yaml': configuration() }) });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.match(/^\S.*$/gm)).toEqual([
    'server (127.0.0.1:0)',
    'store (memory)',
    'catalog (catalog, catalog)',
    'astra (astra, astra)',
    'vcf (vcf, vcf)',
  ]);
  expect(out.match(/^ {2}ok {3}(reach|tls|clock|credentials|tasks) /gm)).toHaveLength(14);
  expect(out).not.toContain('BAD');
});

test('Wrong credentials and a plane that is down are reported in plain words, the others are checked all the same, and it exits with 1.', async () => {
  const text = configuration({
    astra: { url: await formerUrl() },
    vcf: { credentials: { username: 'svc', password: 'canary-wrong' } },
  });
  const { code, out, err } = await GatewayProcess.run(['doctor'], { cwd: folderWith({ 'tributary.yaml': text }) });
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out.match(/^ {2}BAD .*$/gm)).toEqual([
    '  BAD  reach        The plane refused the connection.',
    '  BAD  credentials  The plane refused the user name and password. Its code is IDENTITY_UNAUTHORIZED_ENTITY.',
  ]);
  expect(out).toMatch(/^catalog .*\n( {2}ok .*\n){4}astra/m);
  expect(out).not.toContain('canary');
});

test.each([
  ['catalog', { catalog: { credentials: { clientId: 'ci', clientSecret: 'canary-wrong' } } }],
  ['catalog', { catalog: { credentials: { token: 'canary-wrong' } } }],
  ['astra', { astra: { credentials: { token: 'canary-wrong' } } }],
])('The wrong credentials of %s are found, and not shown.', async (_kind, change) => {
  const { code, out } = await GatewayProcess.run(['doctor'], { cwd: folderWith({ 'tributary.yaml': configuration(change) }) });
  expect(code).toBe(1);
  expect(out.match(/^ {2}BAD .*$/gm)).toEqual([
    expect.stringMatching(/^ {2}BAD {2}credentials {2}The plane refused the credentials.* Its code is [\w/]+\.$/),
  ]);
  expect(out).not.toContain('canary');
});

test('A plane that does not answer takes its deadline and no longer.', async () => {
  vcf.server.fault = () => 'silence';
  const text = configuration({ vcf: { timeoutMs: 200 } });
  const { code, out } = await GatewayProcess.run(['doctor'], { cwd: folderWith({ 'tributary.yaml': text }) });
  vcf.server.fault = null;
  expect(code).toBe(1);
  expect(out).toContain('  BAD  reach        The plane did not answer in time.');
});

test('Without a configuration it checks the demo, and says so.', async () => {
  const { code, out, err } = await GatewayProcess.run(['doctor']);
  expect(code).toBe(0);
  expect(out.match(/^\S+(?= \()/gm)).toEqual(['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax']);
  expect(err).toContain('this is the demo');
});

/** Where a plane was a moment ago. */
async function formerUrl(): Promise<string> {
  const plane = await AstraSimulator.start({ seed: 1, name: 'gone', now: Date.now });
  const { url } = plane;
  await plane.close();
  return url;
}
