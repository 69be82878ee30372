import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeAll, expect, test } from '@jest/globals';

import { post } from '../support/post.js';
import { waitUntil } from '../support/wait-until.js';
import { build, cleanUp, folderWith, GatewayProcess } from './gateway-process.js';

beforeAll(build);
afterEach(cleanUp);

const configuration = (grants: string): string =>
  `auth: { mode: keys, keyringFile: keys.json, grants: ${grants} }
store: { kind: memory }
sources: [{ name: a, kind: vcf, url: "http://127.0.0.1:1", credentials: { username: u, password: p } }]
`;
const readAll = '[{ who: "*", actions: [read], sources: ["*"] }]';

const status = async (url: string, key: string): Promise<number> =>
  (await post(url, { query: '{ taskSources { name } }' }, { authorization: `Bearer ${key}` })).status;

test('A key that is created while the gateway runs is accepted, and one that is revoked is refused, without a restart.', async () => {
  const cwd = folderWith({ 'tributary.yaml': configuration(readAll) });
  const key = (await GatewayProcess.run(['keys', 'create', 'ci'], { cwd })).out.trim();
  const gateway = await GatewayProcess.serve(['--port', '0'], { cwd });
  expect([await status(gateway.url, key), await status(gateway.url, 'wrong')]).toEqual([200, 401]);
  await GatewayProcess.run(['keys', 'create', 'other'], { cwd });
  expect((await GatewayProcess.run(['keys', 'revoke', 'ci'], { cwd })).code).toBe(0);
  gateway.signal('SIGHUP');
  // The keyring may have been read again between the two commands, too.
  let answered = 200;
  while (answered === 200) answered = await status(gateway.url, key);
  expect(answered).toBe(401);
  expect(gateway.err).toContain('The access settings were reloaded.');
});

test('SIGHUP reloads the grants; when the configuration is not valid, its problems are reported and nothing changes.', async () => {
  const cwd = folderWith({ 'tributary.yaml': configuration('[]') });
  const key = (await GatewayProcess.run(['keys', 'create', 'ci'], { cwd })).out.trim();
  const gateway = await GatewayProcess.serve(['--port', '0'], { cwd });
  const sources = async () =>
    (await post(gateway.url, { query: '{ taskSources { name } }' }, { authorization: `Bearer ${key}` })).data.taskSources;
  expect(await sources()).toEqual([]);
  writeFileSync(join(cwd, 'tributary.yaml'), configuration(readAll));
  gateway.signal('SIGHUP');
  await waitUntil(() => gateway.err.includes('were reloaded.'), 'the grants are reloaded');
  expect(await sources()).toEqual([{ name: 'a' }]);
  writeFileSync(join(cwd, 'tributary.yaml'), configuration('[{ who: anyone }]'));
  gateway.signal('SIGHUP');
  await waitUntil(() => gateway.err.includes('The previous configuration stays in use.'), 'the problem is reported');
  expect(await sources()).toEqual([{ name: 'a' }]);
});
