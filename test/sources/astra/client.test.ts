import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import 'reflect-metadata';
import { AstraClient } from '../../../src/sources/astra/client.js';
import { UpstreamClient } from '../../../src/upstream/upstream.js';
import { createSourceSettings } from '../../support/source-settings.js';
import { type PlaneAndSource, startPlaneAndSource } from './plane-and-source.js';

let at: PlaneAndSource;
beforeEach(async () => {
  at = await startPlaneAndSource();
});
afterEach(() => at.close());

test('a filter goes out in the form that the reference shows, with its blanks as %20', async () => {
  const urls: string[] = [];
  const server = createServer((request, response) => {
    urls.push(request.url ?? '');
    response.end('{"items":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream = new UpstreamClient(createSourceSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  const own = new AstraClient(upstream, at.plane.settings, 'plane', 0);
  await own.list({ filter: "state eq 'running'", continueToken: 'a+b/c==' }, at.request.signal);
  await upstream.close();
  await new Promise((resolve) => server.close(resolve));
  expect(urls).toEqual([
    `/accounts/${at.plane.settings.accountId}/core/v1/tasks?filter=state%20eq%20%27running%27&continue=a%2Bb%2Fc%3D%3D`,
  ]);
});
