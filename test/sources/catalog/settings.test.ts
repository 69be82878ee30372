import 'reflect-metadata';

import { expect, test } from '@jest/globals';
import { z } from 'zod';

import { catalog } from '../../../src/sources/catalog/catalog-source.js';

const token = { zoneId: 'zone_1', credentials: { token: 't' } };

test('a zone and credentials of either form are enough', () => {
  expect(catalog.settings.parse(token)).toEqual({ ...token, tasks: [] });
  const client = { zoneId: 'zone_1', credentials: { clientId: 'ci', clientSecret: 'cs' }, tasks: ['V1StGXR8Z5jdHi6BmyT7abcdef'] };
  expect(catalog.settings.parse(client)).toEqual(client);
});

test.each([
  [{ ...token, zoneId: '..' }],
  [{ ...token, zoneId: 'a/b' }],
  [{ ...token, zoneId: '' }],
  [{ ...token, zoneId: 'z'.repeat(129) }],
  [{ ...token, tasks: ['good', '../bad'] }],
  [{ ...token, tasks: ['?x'] }],
  [{ zoneId: 'z' }],
  [{ zoneId: 'z', credentials: {} }],
  [{ zoneId: 'z', credentials: { token: '' } }],
  [{ zoneId: 'z', credentials: { token: 't', clientId: 'ci' } }],
  [{ zoneId: 'z', credentials: { clientId: 'ci' } }],
  [{ zoneId: 'z', credentials: { clientId: 'c:i', clientSecret: 'cs' } }],
])('%j is refused', (settings) => {
  expect(catalog.settings.safeParse(settings).success).toBe(false);
});

test('every key is described, for editors', () => {
  const { properties } = z.toJSONSchema(catalog.settings, { io: 'input' });
  expect(Object.entries(properties ?? {}).map(([key, schema]) => [key, typeof schema === 'object' && typeof schema.description])).toEqual([
    ['zoneId', 'string'],
    ['credentials', 'string'],
    ['tasks', 'string'],
  ]);
});
