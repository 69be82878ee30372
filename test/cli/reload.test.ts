import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { stringify } from 'yaml';

import { type PlaneFault, type PlaneRequest, type PlaneResponse, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { hangMs, waitUntil } from '../support/wait-until.js';
import { Issuer } from '../server/authentication/issuer.js';
import { accountId, answered, astraList, ReloadWorld, smallest } from './reload-world.js';
import { refuseWith } from '../support/plane-errors.js';

let world: ReloadWorld;
beforeEach(() => {
  world = new ReloadWorld();
});
afterEach(() => world.close());

const refused = { __typename: 'TaskSourceUnavailable', problem: { kind: 'UNAUTHENTICATED' } };

/** A plane of each kind, reduced to a list without tasks and to what it refuses without the right secret. */
function vcf(isRight: (body: string) => boolean): PlaneFault {
  return ({ method, path, body }) => {
    if (!path.startsWith('/v1/tokens')) return { status: 200, body: { elements: [] } };
    if (method !== 'POST' || !isRight(body))
      return { status: 400, body: { errorCode: 'IDENTITY_UNAUTHORIZED', message: 'Invalid credentials' } };
    return { status: 200, body: { accessToken: 'token', refreshToken: { id: 'refresh' } } };
  };
}

const vcfWith = (password: () => string): PlaneFault => vcf((body) => body.includes(JSON.stringify(password())));

const withHeader =
  (value: () => string, right: PlaneResponse): PlaneFault =>
  (call) =>
    call.headers['authorization'] === value() ? right : refuseWith(401)(call, () => right);

const catalogTask = { status: 200, body: { id: 't1', operation: 'create', status: 'running' } };
const basic = (secret: string): string => `Basic ${Buffer.from(`ci:${secret}`).toString('base64')}`;

function catalogLogin(secret: () => string): PlaneFault {
  return (call) => {
    if (call.path !== '/service-account-token') return catalogTask;
    return withHeader(() => basic(secret()), { status: 200, body: { access_token: 'token', expires_in: 3_600 } })(call, () => astraList);
  };
}

const catalog = { zoneId: 'zone_1', tasks: ['V1StGXR8Z5jdHi6BmyT7abcdef'] };

const logIns = (): readonly PlaneRequest[] => world.plane.calls.filter(({ method, path }) => method === 'POST' && path === '/v1/tokens');

test.each<[string, string, object, (secret: () => string) => PlaneFault]>([
  ['passwordFile of an SDDC Manager', 'vcf', { credentials: { username: 'svc', passwordFile: 'secret' } }, vcfWith],
  ['clientSecretFile of a Catalog', 'catalog', { ...catalog, credentials: { clientId: 'ci', clientSecretFile: 'secret' } }, catalogLogin],
  [
    'tokenFile of a Catalog',
    'catalog',
    { ...catalog, credentials: { tokenFile: 'secret' } },
    (secret) => withHeader(() => `Bearer ${secret()}`, catalogTask),
  ],
  [
    'tokenFile of an Astra Control',
    'astra',
    { accountId, credentials: { tokenFile: 'secret' } },
    (secret) => withHeader(() => `Bearer ${secret()}`, astraList),
  ],
])('%s is read again when it changes, before the next request', async (_key, kind, source, plane) => {
  let secret = 'first-secret';
  world.write('secret', secret);
  await world.start(
    kind,
    source,
    plane(() => secret),
  );
  expect(await world.outcome()).toEqual(answered);
  secret = 'second-secret';
  world.scheduler.now += 10_000_000;
  expect(await world.outcome()).toEqual(refused);
  world.write('secret', `${secret}\n`);
  expect(await world.outcome()).toEqual(answered);
  expect(world.lines).toEqual(['Of the source plane, the credentials were reloaded.']);
});

const passwordFile = { credentials: { username: 'svc', passwordFile: 'pw' } };

test('a new password is tried at once after a refusal, and the old one is never sent again', async () => {
  world.write('pw', 'old');
  await world.start(
    'vcf',
    passwordFile,
    vcfWith(() => 'new'),
  );
  for (let times = 0; times < 3; times += 1) expect(await world.outcome()).toEqual(refused);
  world.write('pw', 'new');
  expect(await world.outcome()).toEqual(answered);
  expect(logIns().map(({ body }) => JSON.parse(body).password)).toEqual(['old', 'new']);
});

test('a password file that changes all the time does not lock the account', async () => {
  world.write('pw', 'old');
  await world.start(
    'vcf',
    passwordFile,
    vcfWith(() => 'right'),
  );
  for (let second = 0; second < 900; second += 30) {
    world.write('pw', `wrong-${second}`);
    world.scheduler.now += 29_000;
    expect(await world.outcome()).toEqual(refused);
  }
  expect(logIns().length).toBeLessThanOrEqual(11);
  expect(world.lines[0]).toBe('Of the source plane, the credentials were reloaded.');
  expect(world.lines).toContainEqual(
    expect.stringMatching(/^Of the source plane, the credentials were reloaded and are used in \d+ s, as its secrets change too often\.$/),
  );
});

test('a secret that changes while the gateway starts is noticed', async () => {
  world.write('pw', 'old');
  world.whileStarting = () => world.write('pw', 'new');
  await world.start(
    'vcf',
    passwordFile,
    vcfWith(() => 'new'),
  );
  expect(await world.outcome()).toEqual(answered);
  expect(world.lines).toEqual(['Of the source plane, the credentials were reloaded.']);
});

test('a file that every account may change is named when it is read again', async () => {
  world.write('pw', 'one');
  await world.start(
    'vcf',
    passwordFile,
    vcfWith(() => 'one'),
  );
  const warning = (file: string): string =>
    `Every account of this machine can change ${file}, and with it who has access or where credentials are sent. Run chmod o-w on it.`;
  chmodSync(join(world.folder, 'pw'), 0o666);
  world.checkFiles();
  world.checkFiles();
  expect(world.lines).toEqual([warning('pw')]);
  chmodSync(join(world.folder, 'tributary.yaml'), 0o666);
  world.reload.reload();
  expect(world.lines.slice(1)).toEqual([warning('tributary.yaml'), warning('pw'), 'The access settings are unchanged.']);
});

test('where nobody asks, a plane that refused the password is polled as soon as the file has changed', async () => {
  world.write('pw', 'old');
  await world.start(
    'vcf',
    passwordFile,
    vcfWith(() => 'new'),
    { store: { kind: 'memory', record: 'always' } },
  );
  await waitUntil(() => logIns().length === 1, 'the first log-in');
  await waitUntil(() => world.scheduler.waits.includes(3_600_000), 'the pause of an hour');
  world.write('pw', 'new');
  world.checkFiles();
  world.scheduler.advance(0);
  await waitUntil(() => world.plane.calls.some(({ path }) => path === '/v1/tasks'), 'the list');
  expect(logIns()).toHaveLength(2);
});

test.each<[string, () => void, string]>([
  ['is empty', () => world.write('pw', ''), 'sources[0].credentials.passwordFile: expected a file that is not empty'],
  ['is gone', () => rmSync(join(world.folder, 'pw')), 'it cannot be read (ENOENT)'],
  ['is a folder', () => (rmSync(join(world.folder, 'pw')), mkdirSync(join(world.folder, 'pw'))), 'it cannot be read (EISDIR)'],
  [
    'is a link to itself',
    () => (rmSync(join(world.folder, 'pw')), symlinkSync('pw', join(world.folder, 'pw'))),
    'it cannot be read (ELOOP)',
  ],
])('while a file %s, its previous content serves, with one line', async (_what, damage, why) => {
  world.write('pw', 'one');
  let password = 'one';
  await world.start(
    'vcf',
    passwordFile,
    vcfWith(() => password),
  );
  damage();
  for (let times = 0; times < 3; times += 1) expect(await world.outcome()).toEqual(answered);
  expect(world.lines).toEqual([`pw has changed and cannot be used, so its previous content stays in use: ${why}.`]);
  password = 'two';
  rmSync(join(world.folder, 'pw'), { recursive: true, force: true });
  world.write('pw', 'two');
  expect(await world.outcome()).toEqual(answered);
  expect(world.lines).toHaveLength(2);
});

test('a file whose folder has become a file is reported once, and read again when it is back', async () => {
  mkdirSync(join(world.folder, 'secrets'));
  world.write('secrets/pw', 'one');
  let password = 'one';
  await world.start(
    'vcf',
    { credentials: { username: 'svc', passwordFile: 'secrets/pw' } },
    vcfWith(() => password),
  );
  rmSync(join(world.folder, 'secrets'), { recursive: true });
  world.write('secrets', '');
  for (let times = 0; times < 3; times += 1) expect(await world.outcome()).toEqual(answered);
  expect(world.lines).toEqual([
    'secrets/pw has changed and cannot be used, so its previous content stays in use: it cannot be read (ENOTDIR).',
  ]);
  rmSync(join(world.folder, 'secrets'));
  mkdirSync(join(world.folder, 'secrets'));
  world.write('secrets/pw', 'two');
  password = 'two';
  expect(await world.outcome()).toEqual(answered);
  expect(world.lines).toHaveLength(2);
});

test('a file that is written again with the same content causes no log-in', async () => {
  world.write('pw', 'same');
  await world.start(
    'vcf',
    passwordFile,
    vcfWith(() => 'same'),
  );
  await world.outcome();
  world.write('pw', 'same\n');
  world.write('pw', 'same');
  await world.outcome();
  expect([logIns().length, world.lines]).toEqual([1, []]);
});

test('a secret that Kubernetes replaces by another link is read again', async () => {
  const inFolder = (name: string): string => join(world.folder, name);
  for (const version of ['one', 'two']) {
    mkdirSync(inFolder(version));
    world.write(`${version}/pw`, version);
  }
  symlinkSync('one', inFolder('..data'));
  symlinkSync('..data/pw', inFolder('pw'));
  let password = 'one';
  await world.start(
    'vcf',
    passwordFile,
    vcfWith(() => password),
  );
  expect(await world.outcome()).toEqual(answered);
  password = 'two';
  symlinkSync('two', inFolder('..new'));
  renameSync(inFolder('..new'), inFolder('..data'));
  expect(await world.outcome()).toEqual(answered);
  expect(logIns().map(({ body }) => JSON.parse(body).password)).toEqual(['one', 'two']);
});

test('a read that is in progress while the password changes is not cut off', async () => {
  world.write('pw', 'one');
  let finish = (): void => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const plane = vcf(() => true);
  let isHeld = true;
  await world.start('vcf', passwordFile, async (call, handle) => {
    if (call.path === '/v1/tasks' && isHeld) {
      isHeld = false;
      await held;
    }
    return plane(call, handle);
  });
  const first = world.outcome();
  await waitUntil(() => world.plane.calls.some(({ path }) => path === '/v1/tasks'), 'the list is asked for');
  world.write('pw', 'two');
  expect(await world.outcome()).toEqual(answered);
  finish();
  expect(await first).toEqual(answered);
});

test('a key of a caller in a file is replaced when the file changes', async () => {
  world.write('key', 'first-key-of-16-characters');
  const grants = [{ who: 'key:ci', actions: ['read'], sources: ['*'] }];
  await world.start('astra', { accountId, credentials: { token: 't' } }, () => astraList, {
    auth: { mode: 'keys', keys: [{ id: 'ci', keyFile: 'key' }], grants },
  });
  expect(await world.status('first-key-of-16-characters')).toBe(200);
  world.write('key', 'second-key-of-16-characters');
  world.checkFiles();
  expect(await world.status('first-key-of-16-characters')).toBe(401);
  expect(await world.status('second-key-of-16-characters')).toBe(200);
  expect(world.lines).toEqual(['The access settings were reloaded.']);
});

test('SIGHUP says line by line what it took over and what takes a restart', async () => {
  const source = { name: 'plane', kind: 'astra', url: 'http://127.0.0.1:1', accountId, credentials: { token: 'one' } };
  const other = { ...source, name: 'other' };
  const base = smallest;
  await world.start('astra', {}, () => astraList, { ...base, sources: [source] });
  const change = (configuration: object): readonly string[] => {
    world.lines.length = 0;
    world.write('tributary.yaml', stringify({ ...base, ...configuration }));
    world.reload.reload();
    return [...world.lines];
  };
  expect(change({ sources: [source] })).toEqual(['The access settings are unchanged.']);
  expect(change({ sources: [{ ...source, credentials: { token: 'two' }, proxy: 'http://127.0.0.1:2' }] })).toEqual([
    'The access settings are unchanged.',
    'Of the source plane, the credentials and the settings of its proxy were reloaded.',
  ]);
  expect(
    change({ sources: [{ ...source, timeoutMs: 1, credentials: { token: 'three' } }, other], limits: { ...smallest.limits, depth: 3 } }),
  ).toEqual([
    'The access settings are unchanged.',
    'Of the source plane, the credentials and the settings of its proxy were reloaded.',
    'limits has changed, which takes a restart.',
    'The list of sources has changed, which takes a restart.',
    'Other settings of the source plane have changed, which takes a restart.',
  ]);
  expect(change({ auth: { mode: 'keys', keys: [{ id: 'a', key: '0123456789abcdef' }] }, sources: [source] })[0]).toBe(
    'auth.mode has changed, which takes a restart.',
  );
  expect(change({ sources: [] })).toEqual([
    expect.stringMatching(/^The configuration could not be reloaded: .*expected at least one source$/),
    'The previous configuration stays in use.',
  ]);
});

test.each<[string, object]>([
  ['url', { url: 'http://127.0.0.1:1' }],
  ['kind', { kind: 'astra', accountId, credentials: { tokenFile: 'b' } }],
  ['account', { accountId: '00000000-0000-4000-8000-000000000001' }],
])('the secrets of a source with another %s are not sent to the plane in use, at SIGHUP and when they change', async (what, change) => {
  world.write('a', 'secret-a');
  world.write('b', 'secret-b');
  const isAstra = what === 'account';
  const kind = isAstra ? 'astra' : 'vcf';
  const credentials = (file: string): object => ({ credentials: isAstra ? { tokenFile: file } : { username: 'svc', passwordFile: file } });
  const source = { ...(isAstra && { accountId }), ...credentials('a') };
  const answer = isAstra ? withHeader(() => 'Bearer secret-a', astraList) : vcfWith(() => 'secret-a');
  await world.start(kind, source, answer);
  expect(await world.outcome()).toEqual(answered);
  const next = { name: 'plane', kind, url: world.plane.url, timeoutMs: hangMs, ...source, ...credentials('b'), ...change };
  world.write('tributary.yaml', stringify({ ...smallest, sources: [next] }));
  world.reload.reload();
  world.scheduler.now += 10_000_000;
  expect(await world.outcome()).toEqual(answered);
  world.write('b', 'secret-c');
  world.checkFiles();
  world.scheduler.now += 10_000_000;
  expect(await world.outcome()).toEqual(answered);
  expect(world.lines).toEqual([
    'The access settings are unchanged.',
    'Other settings of the source plane have changed, which takes a restart.',
  ]);
  expect(JSON.stringify(world.plane.calls)).not.toMatch(/secret-[bc]/);
});

test('SIGHUP reads the keys of the issuers again, and a token of one that is gone is refused', async () => {
  const issuer = await Issuer.create('a');
  const keys = await PlaneServer.start(() => ({ status: 200, body: JSON.parse(issuer.document()) }));
  const auth = { mode: 'jwt', issuers: [{ issuer: issuer.url, audience: 'tributary', jwksUri: `${keys.url}/keys` }] };
  await world.start('astra', { accountId, credentials: { token: 't' } }, () => astraList, { auth });
  const token = await issuer.token('a', { exp: world.scheduler.now / 1_000 + 60 });
  expect(await world.status(token)).toBe(200);
  issuer.removeKey('a');
  world.reload.reload();
  expect(await world.status(token)).toBe(401);
  expect(world.lines).toEqual(['The access settings are unchanged.', 'The keys of the issuers are read again.']);
  await keys.close();
});
