import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { TwinWorlds } from './twin-worlds.js';

/** More in test:long. */
const runs = Number(process.env['TRIBUTARY_OPERATIONS'] ?? 50);

let worlds: TwinWorlds;
beforeAll(async () => {
  worlds = await TwinWorlds.start();
});
afterAll(() => worlds.close());

test('generated operations are answered as by graphql-js: text, status, headers, requests to planes, log', async () => {
  const seed = Number(process.env['TRIBUTARY_SEED'] ?? 1);
  expect(await worlds.findDifference(runs, seed)).toBeNull();
  expect(worlds.succeeded).toBeGreaterThan(runs / 2);
});
