import { expect, test } from '@jest/globals';

import { parseCredential } from '../../../src/server/explorer/browser/credential.js';
import { formatLink, readLink } from '../../../src/server/explorer/browser/explorer/explorer-link.js';
import { formatFigures } from '../../../src/server/explorer/browser/explorer/response-figures.js';

const page = 'https://tasks.example/tributary/explorer';
const operation = { query: '# a & b?\nquery A { tasks } # Ä', variables: '{"text": "+ %"}', operationName: 'A' };

test('A link holds an operation, and gives it back as it was.', () => {
  const link = formatLink(page, operation) ?? '';
  expect(link.startsWith(`${page}?query=`)).toBe(true);
  expect(readLink(new URL(link).search)).toEqual(operation);
});

test('A link has no variables and no name where there are none.', () => {
  const link = formatLink(page, { query: '{a}', variables: ' ', operationName: null });
  expect(link).toBe(`${page}?query=%7Ba%7D`);
  expect(readLink(new URL(link ?? '').search)).toEqual({ query: '{a}', variables: null, operationName: null });
});

test.each(['', '?', '?variables=%7B%7D', '?query=', '?query=%20%0A', '?other=1'])('"%s" is no link.', (search) => {
  expect(readLink(search)).toBeNull();
});

test('What is over the bound is neither written nor opened.', () => {
  const query = `{ a ${'#'.repeat(12_000)} }`;
  expect(formatLink(page, { query, variables: null, operationName: null })).toBeNull();
  expect(readLink(`?query=${encodeURIComponent(query)}`)).toBe('too-long');
});

test.each([
  ['trb_abc', 'Bearer trb_abc'],
  ['  Bearer trb_abc\n', 'Bearer trb_abc'],
  ['bearer trb_abc', 'Bearer trb_abc'],
  ['Authorization: Bearer trb_abc', 'Bearer trb_abc'],
  ['', null],
  ['Bearer ', null],
  ['two words', null],
  ['a\nb', null],
  ['ключ', null],
])('What a person pastes into the field, %j, is sent as %j.', (text, expected) => {
  expect(parseCredential(text)).toBe(expected);
});

test.each([
  [{ status: 200, durationMs: 34.4, bytes: 12_440, events: null }, 'HTTP 200 · 34 ms · 12.4 kB'],
  [{ status: 200, durationMs: 1_250, bytes: 2_500_000, events: null }, 'HTTP 200 · 1.3 s · 2.5 MB'],
  [{ status: 401, durationMs: 3, bytes: 167, events: null }, 'HTTP 401 · 3 ms · 167 B · Enter a credential above'],
  [{ status: 200, durationMs: 20, bytes: null, events: 1 }, 'HTTP 200 · 20 ms · 1 event'],
  [{ status: 200, durationMs: 20, bytes: null, events: 2 }, 'HTTP 200 · 20 ms · 2 events'],
  [{ status: null, durationMs: 20, bytes: null, events: null }, 'No answer · 20 ms'],
])('The figures %j are shown as %s.', (figures, expected) => {
  expect(formatFigures(figures)).toBe(expected);
});
