import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { shapeAttacks } from './shapes.js';
import { Target } from './target.js';
import { transports } from './transport.js';

let target: Target;
beforeAll(async () => {
  target = await Target.start();
});
afterAll(() => target.close());

describe.each(Object.entries(transports))('By %s, a document that is too much is refused before any plane is asked:', (name, send) => {
  // A URL as long as that is no URL.
  const attacks = shapeAttacks.filter(({ query }) => name !== 'GET' || query.length < 8_000);

  test.each(attacks)('$row $what', async ({ row: _row, what: _what, ...attack }) => {
    const answer = await send(target.host, attack);
    expect(answer.status ?? 400).toBe(400);
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toEqual([{ message: expect.any(String), extensions: { code: 'LIMIT_EXCEEDED' } }]);
    expect(answer.text.length).toBeLessThanOrEqual(4_096);
    expect(target.upstreamCalls).toBe(0);
  });
});

test('Whatever nobody may ask for is let through by none of them, and what everybody may is.', async () => {
  const send = Object.entries(transports).filter(([name]) => !['WebSocket', 'an event stream'].includes(name));
  for (const [, one] of send)
    expect((await one(target.host, { query: '{ __typename tasks(first: 1) { totalCount } }' })).errors).toEqual([]);
  expect(target.upstreamCalls).toBeGreaterThan(0);
});
