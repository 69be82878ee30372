import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { shapeAttacks } from './shapes.js';
import { Target } from './target.js';
import { refusalStatuses, transports } from './transport.js';

let target: Target;
beforeAll(async () => {
  target = await Target.start();
});
afterAll(() => target.close());

describe.each(Object.entries(transports))('By %s, a document over a limit is refused without an upstream call:', (name, send) => {
  // Longer documents do not fit into a URL.
  const attacks = shapeAttacks.filter(({ query }) => name !== 'GET' || query.length < 8_000);

  test.each(attacks)('$row $what', async ({ row: _row, what: _what, ...attack }) => {
    const answer = await send(target.host, attack);
    expect(answer.status).toBe(refusalStatuses[name]);
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toEqual([{ message: expect.any(String), extensions: { code: 'LIMIT_EXCEEDED' } }]);
    expect(answer.text.length).toBeLessThanOrEqual(4_096);
    expect(target.upstreamCalls).toBe(0);
  });
});

test('A document within the limits is answered by every transport.', async () => {
  const send = Object.entries(transports).filter(([name]) => !['WebSocket', 'an event stream'].includes(name));
  for (const [, transport] of send)
    expect((await transport(target.host, { query: '{ __typename tasks(first: 1) { totalCount } }' })).errors).toEqual([]);
  expect(target.upstreamCalls).toBeGreaterThan(0);
});
