import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Url, parseWebUrl } from '../../src/model/scalars.js';

test.each(['https://kb.example/1?a=b#c', 'http://127.0.0.1:8080/', 'HTTPS://KB.EXAMPLE'])('"%s" is accepted unchanged.', (text) => {
  expect(parseWebUrl(text)).toBe(text);
  expect(Url.parseValue(text)).toBe(text);
  expect(Url.serialize(text)).toBe(text);
});

test.each([
  '',
  'kb.example',
  '/relative',
  '//host/path',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'ftp://host/',
  'https://user:word@host/',
  'https://user@host/',
  'https://',
])('"%s" is not accepted.', (text) => {
  expect(parseWebUrl(text)).toBeNull();
  expect(() => Url.parseValue(text)).toThrow('A URL is absolute and begins with http:// or https://.');
});

test('No text makes it throw, and every result is an http or https URL.', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
      const url = parseWebUrl(text);
      if (url !== null) expect(new URL(url).protocol).toMatch(/^https?:$/);
    }),
  );
});
