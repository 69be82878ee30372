import { expect, test } from '@jest/globals';

import { type Behaviour, VirtualPlane } from './virtual-plane.js';

/** The circuit after twelve reads at once. */
async function circuitAfter(behaviour: Omit<Behaviour, 'latencyMs'>): Promise<string> {
  const plane = new VirtualPlane({ behaves: () => ({ latencyMs: 1, ...behaviour }), breaker: 'real' });
  await plane.until(Promise.all(Array.from({ length: 12 }, (_, read) => plane.ask({}, `/tasks/${read}`))));
  return plane.breaker.state;
}

test.each([200, 204, 303, 400, 401, 403, 404, 405, 409, 410, 413, 422])('a plane that answers %d is healthy', async (does) => {
  expect(await circuitAfter({ does })).toBe('CLOSED');
});

test('one that answers 429 with a Retry-After is healthy', async () => {
  expect(await circuitAfter({ does: 429, headers: { 'retry-after': '3600' } })).toBe('CLOSED');
});

test.each([302, 307, 408, 429, 500, 501, 502, 503, 504])('a plane that answers only %d is not healthy', async (does) => {
  expect(await circuitAfter({ does })).toBe('OPEN');
});

test.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED', 'HPE_INVALID_CONSTANT'])(
  'nor is one for which every attempt ends with %s',
  async (code) => {
    expect(await circuitAfter({ does: { code } })).toBe('OPEN');
  },
);
