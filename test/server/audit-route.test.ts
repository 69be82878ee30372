import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';

import { bearer } from '../support/callers.js';
import { World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({
    callers: {
      sre: [{ actions: ['read', 'retry'], sources: ['*'] }],
      auditor: [{ actions: ['audit'], sources: ['*'] }],
    },
  });
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED' })}`;
  await world.graphql('mutation ($id: ID!) { retryTask(input: { id: $id, reason: "it is time" }) { outcome } }', { id }, 'sre');
});
afterAll(() => world.close());

async function read(query: string, caller?: string): Promise<readonly [number, string]> {
  const response = await request(`${world.gateway.origin}/audit${query}`, { headers: caller === undefined ? {} : bearer(caller) });
  return [response.statusCode, await response.body.text()];
}

test('only callers with the right audit may read the audit trail', async () => {
  expect((await read(''))[0]).toBe(401);
  const [status, text] = await read('', 'sre');
  expect([status, JSON.parse(text)]).toEqual([
    403,
    { errors: [{ message: 'You may not read the audit trail.', extensions: { code: 'FORBIDDEN' } }] },
  ]);
});

test('it is read as one line for each entry, after a position', async () => {
  const [status, text] = await read('?after=0', 'auditor');
  const entries = text
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(status).toBe(200);
  expect(entries).toMatchObject([
    { position: 1, entry: { kind: 'ASKED', caller: 'key:sre', mutation: 'retryTask', reason: 'it is time', refusedFor: null } },
    { position: 2, entry: { kind: 'OUTCOME', outcome: 'ACCEPTED' } },
  ]);
  expect(await read('?after=2', 'auditor')).toEqual([200, '']);
  for (const query of ['?after=-1', '?after=x', '?after=1&after=2', '?after=99999999999999999'])
    expect((await read(query, 'auditor'))[0]).toBe(400);
});
