import { expect, test } from '@jest/globals';
import { createHeaderlessStorage } from '../../../src/server/explorer/browser/explorer/explorer-storage.js';

test.each(['queries', 'favorites', 'tabState', 'headers'])('Nothing of a header is kept under graphiql:%s.', (key) => {
  const kept = new Map<string, string>();
  const headers = '{"authorization":"Bearer canary"}';
  const value = key === 'headers' ? headers : JSON.stringify({ [key]: [{ query: '{ a }', headers }] });
  storageOver(kept).setItem(`graphiql:${key}`, value);
  expect(kept.get(`graphiql:${key}`)).not.toContain('canary');
  if (key !== 'headers') expect(kept.get(`graphiql:${key}`)).toContain('{ a }');
});

test('Every other key is kept and read as it is.', () => {
  const storage = storageOver(new Map());
  storage.setItem('graphiql:theme', 'dark');
  expect(storage.getItem('graphiql:theme')).toBe('dark');
  expect(storage.length).toBe(1);
  storage.removeItem('graphiql:theme');
  expect(storage.getItem('graphiql:theme')).toBeNull();
});

function storageOver(kept: Map<string, string>): ReturnType<typeof createHeaderlessStorage> {
  return createHeaderlessStorage({
    get length() {
      return kept.size;
    },
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  });
}
