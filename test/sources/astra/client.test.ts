import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import 'reflect-metadata';
import { AstraClient, rowsToObjects } from '../../../src/sources/astra/client.js';
import { createSourceConnection } from '../../support/source-connection.js';
import { type PlaneAndSource, startPlaneAndSource } from './plane-and-source.js';

let at: PlaneAndSource;
let client: AstraClient;
beforeEach(async () => {
  at = await startPlaneAndSource();
  client = new AstraClient(createSourceConnection(at.plane.url), at.plane.settings);
});
afterEach(async () => {
  await client.close();
  await at.close();
});

test('rows that were asked for with include come back as objects', async () => {
  const page = await client.list({ include: ['state', 'id', 'orderHint'] }, at.request.signal);
  const expected = at.plane.tasks.map(({ id, state, orderHint = null }) => ({ state, id, orderHint }));
  expect(page?.items).toEqual(expected);
  expect(at.plane.server.calls[0]?.query.get('include')).toBe('state,id,orderHint');
});

test('what is no row of the right length stays as it is', () => {
  const items = [['a', 'running'], ['b'], ['c', 'd', 'e'], { id: 'f' }, null, 'g'];
  expect(rowsToObjects(['id', 'state'], items)).toEqual([{ id: 'a', state: 'running' }, ['b'], ['c', 'd', 'e'], { id: 'f' }, null, 'g']);
});

test('a filter goes out in the form that the reference shows, with its blanks as %20', async () => {
  const urls: string[] = [];
  const server = createServer((request, response) => {
    urls.push(request.url ?? '');
    response.end('{"items":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new AstraClient(createSourceConnection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), at.plane.settings);
  await own.list({ filter: "state eq 'running'", continueToken: 'a+b/c==' }, at.request.signal);
  await own.close();
  await new Promise((resolve) => server.close(resolve));
  expect(urls).toEqual([
    `/accounts/${at.plane.settings.accountId}/core/v1/tasks?filter=state%20eq%20%27running%27&continue=a%2Bb%2Fc%3D%3D`,
  ]);
});
