import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';

import { runDoctor } from '../../src/cli/doctor.js';
import { sourceModules } from '../../src/sources/registry.js';
import { type PlaneFault, type PlaneResponse, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { createTestIo } from './test-io.js';
import { buildPlaneError } from '../support/plane-errors.js';

let sfo: VcfSimulator;
let lax: VcfSimulator;
beforeAll(async () => {
  sfo = await VcfSimulator.start({ seed: 1, name: 'vcf-sfo', now: Date.now });
  lax = await VcfSimulator.start({ seed: 2, name: 'vcf-lax', now: Date.now });
});
afterEach(() => {
  sfo.server.fault = null;
  lax.server.fault = null;
});
afterAll(() => Promise.all([sfo.close(), lax.close()]));

async function examine(
  changes: Readonly<Record<string, unknown>> = {},
  configuration: Readonly<Record<string, unknown>> = {},
  options: { readonly json?: true } = {},
): Promise<{ code: number; lines: readonly string[] }> {
  const sources = [
    { name: 'sfo', kind: 'vcf', url: sfo.url, ...sfo.settings, ...changes },
    { name: 'lax', kind: 'vcf', url: lax.url, ...lax.settings },
  ];
  const { io, out } = createTestIo(
    stringify({ server: { port: 0 }, auth: { mode: 'none' }, store: { kind: 'memory' }, sources, ...configuration }),
  );
  return { code: await runDoctor({ config: 'tributary.yaml', ...options }, sourceModules, io), lines: out };
}

test('a plane that refuses one of its lists does not pass', async () => {
  sfo.server.fault = ({ path }, handle) =>
    path.startsWith('/v1/credentials') ? { status: 403, body: buildPlaneError('vcf', 403) } : handle();
  const { code, lines } = await examine();
  expect(code).toBe(1);
  expect(lines.filter((line) => line.startsWith('  BAD'))).toEqual([
    expect.stringMatching(
      /^ {2}BAD {2}credentials {2}in part only, \d+ tasks listed: The credentials do not suffice at the plane: .* Its code is TEST_403\.$/,
    ),
  ]);
});

test('a list that a limit truncated does not pass', async () => {
  const { code, lines } = await examine({ maxItems: 3 });
  expect(code).toBe(1);
  expect(lines).toContain('  BAD  tasks        not all could be listed: 3 tasks listed');
});

test('all sources are checked at once, and printed in the order of the configuration', async () => {
  // The first plane answers nothing before the second was called.
  const { promise: otherWasCalled, resolve } = deferred();
  sfo.server.fault = async (_call, handle) => {
    await otherWasCalled;
    return handle();
  };
  lax.server.fault = (_call, handle) => {
    resolve();
    return handle();
  };
  const { code, lines } = await examine();
  expect(code).toBe(0);
  expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
    'server (127.0.0.1:0)',
    'store (memory)',
    'sfo (vcf, sfo)',
    'lax (vcf, lax)',
  ]);
  expect(lines).toHaveLength(17);
});

const bad = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.startsWith('  BAD'));

test.each<[string, PlaneFault, RegExp]>([
  ['a time-out', () => 'silence', /^ {2}BAD {2}tasks {8}The plane did not answer/],
  ['a status of 500', () => ({ status: 500, body: {} }), /^ {2}BAD {2}tasks {8}/],
  ['a page of HTML', () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }), /^ {2}BAD {2}tasks {8}/],
  [
    'a refused password',
    () => ({ status: 401, body: { errorCode: 'IDENTITY_UNAUTHORIZED', message: 'x' } }),
    /^ {2}BAD {2}credentials {2}/,
  ],
])('%s is not mistaken for another failure', async (_what, fault, line) => {
  sfo.server.fault = (call, handle) => (call.method === 'HEAD' ? handle() : fault(call, handle));
  const { code, lines } = await examine({ timeoutMs: 300 });
  expect(code).toBe(1);
  expect(bad(lines)).toEqual([expect.stringMatching(line)]);
});

test('with --json it prints one document', async () => {
  const { code, lines } = await examine({ maxItems: 3 }, {}, { json: true });
  expect(code).toBe(1);
  const { ok, subjects } = JSON.parse(lines.join(''));
  expect(ok).toBe(false);
  expect(subjects).toMatchObject([
    {
      kind: 'server',
      checks: [
        { check: 'settings', ok: true },
        { check: 'listen', ok: true },
      ],
    },
    { kind: 'store', name: 'memory', checks: [{ check: 'store', ok: true }] },
    { kind: 'source', name: 'sfo', checks: [{}, {}, {}, { check: 'credentials', ok: true }, { check: 'tasks', ok: false }] },
    {
      kind: 'source',
      name: 'lax',
      checks: [{}, {}, {}, {}, { check: 'tasks', ok: true, detail: expect.stringMatching(/^\d+ tasks listed$/) }],
    },
  ]);
});

describe('what serve refuses', () => {
  let taken: PlaneServer;
  const folder = mkdtempSync(join(tmpdir(), 'tributary-doctor-'));
  const words = join(folder, 'words.db');
  beforeAll(async () => {
    writeFileSync(words, 'These are words. '.repeat(100));
    taken = await PlaneServer.start(() => ({ status: 404 }));
  });
  afterAll(async () => {
    await taken.close();
    rmSync(folder, { recursive: true });
  });

  test.each<[string, () => Readonly<Record<string, unknown>>, RegExp]>([
    [
      'a store in a folder that is not there',
      () => ({ store: { kind: 'sqlite', path: '/none/t.db' } }),
      /its folder \/none is not there\.$/,
    ],
    ['a store that is no database', () => ({ store: { kind: 'sqlite', path: words } }), /it is no SQLite database\.$/],
    [
      'a port that is taken',
      () => ({ server: { port: Number(new URL(taken.url).port) } }),
      /^ {2}BAD {2}listen {7}Port \d+ of 127\.0\.0\.1 is taken/,
    ],
    [
      'an address of another machine',
      () => ({ server: { host: '192.0.2.1' }, auth: { mode: 'keys', keys: [{ id: 'a', key: '0123456789abcdef' }] } }),
      /192\.0\.2\.1 is not an address of this machine/,
    ],
    [
      'an explorer that is not built',
      () => ({ graphql: { explorer: true }, server: { port: 0 } }),
      /^ {2}BAD {2}settings {5}the explorer is not built$/,
    ],
  ])('%s does not pass', async (_what, configuration, line) => {
    const { code, lines } = await examine({}, configuration());
    expect(code).toBe(1);
    expect(bad(lines)).toEqual([expect.stringMatching(line)]);
  });
});

describe('the issuer of tokens', () => {
  let issuer: PlaneServer;
  let respond: () => PlaneResponse;
  beforeAll(async () => {
    issuer = await PlaneServer.start(() => respond());
  });
  afterAll(() => issuer.close());
  const jwt = (url: string) => ({ auth: { mode: 'jwt', issuers: [{ issuer: 'https://idp.example', audience: 'a', jwksUri: url }] } });
  const keys = { keys: [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }] };

  test('that gives its keys passes', async () => {
    respond = () => ({ status: 200, body: keys });
    const { code, lines } = await examine({}, jwt(`${issuer.url}/keys`));
    expect([code, lines.slice(5, 10)]).toEqual([
      0,
      [
        'issuer https://idp.example',
        expect.stringMatching(/^ {2}ok {3}reach/),
        expect.stringMatching(/^ {2}ok {3}tls/),
        expect.stringMatching(/^ {2}ok {3}clock/),
        '  ok   keys         1 public keys',
      ],
    ]);
  });

  test.each<[string, PlaneResponse, RegExp]>([
    [
      'that answers 404',
      { status: 404, body: {} },
      /^ {2}BAD {2}keys {9}the public keys cannot be read: The document was answered with status 404\.$/,
    ],
    ['that sends a page', { status: 200, body: '<html>' }, /^ {2}BAD {2}keys {9}the public keys cannot be read: /],
    ['that has no keys', { status: 200, body: { keys: [] } }, /^ {2}BAD {2}keys {9}0 public keys$/],
    [
      'whose clock is wrong by more than tokens are believed',
      { status: 200, headers: { date: new Date(Date.now() + 50_000).toUTCString() }, body: keys },
      /^ {2}BAD {2}clock {8}\d\d s ahead of this machine/,
    ],
    [
      'whose clock is wrong',
      { status: 200, headers: { date: new Date(Date.now() + 95_000).toUTCString() }, body: keys },
      /^ {2}BAD {2}clock {8}\d\d s ahead of this machine/,
    ],
  ])('%s does not pass', async (_what, response, line) => {
    respond = () => response;
    const { code, lines } = await examine({}, jwt(`${issuer.url}/keys`));
    expect([code, bad(lines)]).toEqual([1, [expect.stringMatching(line)]]);
  });

  test('that is not there does not pass', async () => {
    const { code, lines } = await examine({}, jwt('http://127.0.0.1:1/keys'));
    expect([code, bad(lines)]).toEqual([1, ['  BAD  reach        The issuer refused the connection.']]);
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
