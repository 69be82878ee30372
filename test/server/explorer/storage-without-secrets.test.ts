import { expect, test } from '@jest/globals';
import { formatLink } from '../../../src/server/explorer/browser/explorer/explorer-link.js';
import { createSecretlessStorage } from '../../../src/server/explorer/browser/explorer/explorer-storage.js';

test.each(['queries', 'favorites', 'tabState', 'headers'])('Nothing of a header is kept under graphiql:%s.', (key) => {
  const kept = new Map<string, string>();
  const headers = '{"authorization":"Bearer canary"}';
  const value = key === 'headers' ? headers : JSON.stringify({ [key]: [{ query: '{ a }', headers }] });
  storageOver(kept).setItem(`graphiql:${key}`, value);
  expect(kept.get(`graphiql:${key}`)).not.toContain('canary');
  if (key !== 'headers') expect(kept.get(`graphiql:${key}`)).toContain('{ a }');
});

test.each([
  ['mutation Set($p: Secret!) { set(p: $p) { id } }', false],
  ['query A { a }\nmutation B { b }', false],
  ['mutation Set($p: Sec', false],
  ['', false],
  [null, false],
  ['# a mutation of the moon\nquery A { a }\nfragment F on T { mutation }', true],
  ['subscription A { a }', true],
  ['{ a }', true],
])('The variables beside %j are kept in the browser and in links: %j.', (query, isKept) => {
  const variables = '{"password":"canary"}';
  for (const [key, list] of [
    ['tabState', 'tabs'],
    ['queries', 'queries'],
    ['favorites', 'favorites'],
  ] as const) {
    const kept = new Map<string, string>();
    const value = JSON.stringify({ [list]: [{ query, variables, operationName: 'A' }] });
    const storage = storageOver(kept);
    storage.setItem(`graphiql:${key}`, value);
    expect(kept.get(`graphiql:${key}`)?.includes('canary')).toBe(isKept);
    expect(JSON.parse(kept.get(`graphiql:${key}`) ?? '')).toMatchObject({ [list]: [{ query, operationName: 'A' }] });
    // The page itself has them as long as it is open.
    expect(storage.getItem(`graphiql:${key}`)).toBe(value);
  }
  expect(formatLink('http://a/explorer', { query: query ?? '', variables, operationName: null })?.includes('canary')).toBe(isKept);
});

test('Every other key is kept and read as it is.', () => {
  const storage = storageOver(new Map());
  storage.setItem('graphiql:theme', 'dark');
  expect(storage.getItem('graphiql:theme')).toBe('dark');
  expect(storage.length).toBe(1);
  storage.removeItem('graphiql:theme');
  expect(storage.getItem('graphiql:theme')).toBeNull();
});

function storageOver(kept: Map<string, string>): ReturnType<typeof createSecretlessStorage> {
  return createSecretlessStorage({
    get length() {
      return kept.size;
    },
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  });
}
