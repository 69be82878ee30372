import { expect, test } from '@jest/globals';

import 'reflect-metadata';
import { z } from 'zod';

import { astra } from '../../../src/sources/astra/astra-source.js';

const accountId = 'FDAA655C-15ab-7d34-0a61-1e9098e67be0';

test('an account and a token are all it takes', () => {
  const settings = { accountId, credentials: { token: 't' } };
  expect(astra.settings.parse(settings)).toEqual(settings);
});

test.each([
  [{ accountId: '..', credentials: { token: 't' } }],
  [{ accountId: `${accountId}/x`, credentials: { token: 't' } }],
  [{ accountId: `${accountId}\n`, credentials: { token: 't' } }],
  [{ accountId, credentials: { token: '' } }],
  [{ accountId, credentials: {} }],
  [{ accountId, credentials: { token: 't', user: 'u' } }],
  [{ accountId }],
])('%j is refused', (settings) => {
  expect(astra.settings.safeParse(settings).success).toBe(false);
});

test('every key is described, and the token is marked as a secret', () => {
  expect(z.toJSONSchema(astra.settings)).toMatchObject({
    properties: {
      accountId: { description: expect.any(String), pattern: expect.not.stringContaining('a-z') },
      credentials: { description: expect.any(String), properties: { token: { description: expect.any(String), secret: true } } },
    },
  });
});
