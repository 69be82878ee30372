import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { requestUrl } from '../../src/upstream/request.js';
import { unicode } from '../support/generators/unicode.js';

const base = new URL('https://plane.example:8443/behind/a/proxy');
const allowed = fc.stringMatching(/^[A-Za-z0-9_~.-]{1,40}$/).filter((segment) => segment !== '.' && segment !== '..');
const path = fc.array(allowed, { minLength: 1, maxLength: 6 });

test('the final path is always the base and the segments, and the origin is always that of the base', () => {
  fc.assert(
    fc.property(path, fc.dictionary(fc.string(), fc.string(), { maxKeys: 5 }), (segments, query) => {
      const url = requestUrl(base, segments, query);
      expect(url.origin).toBe(base.origin);
      expect(url.pathname).toBe(`/behind/a/proxy/${segments.join('/')}`);
      expect(url.hash).toBe('');
    }),
  );
});

test('whatever a segment is, the path is the intended one, or building it throws', () => {
  fc.assert(
    fc.property(fc.array(unicode({ maxLength: 20 }), { minLength: 1, maxLength: 4 }), (segments) => {
      let pathname: string | null = null;
      try {
        ({ pathname } = requestUrl(base, segments));
      } catch {
        return;
      }
      expect(pathname).toBe(`/behind/a/proxy/${segments.join('/')}`);
      expect(segments.every((segment) => allowedForm.test(segment))).toBe(true);
    }),
  );
});

const allowedForm = /^(?!\.{1,2}$)[A-Za-z0-9_~.-]+$/;

test.each([
  '',
  '.',
  '..',
  '%2e%2e',
  '%2E.',
  'a/b',
  'a\\b',
  '..\\..',
  '..;',
  'a?b=c',
  'a#b',
  '@evil.example',
  'evil.example:443',
  '//evil.example',
  ' a',
  'a\n',
  'a\r\nHost: evil.example',
  'a\u0000',
  'a%00',
  'ä',
  '‥',
  '．．',
  'a b',
  'a+b',
])('a segment %j is refused', (segment) => {
  expect(() => requestUrl(base, ['v1', segment])).toThrow('A path segment is not allowed.');
});

test('names and values of the query are preserved, with a space as %20', () => {
  const value = 'a b+c&d=e%20f#g/é';
  const url = requestUrl(new URL('https://plane.example/'), ['v1', 'tasks'], { filter: value, 'a b': '' });
  expect(url.search).not.toContain('+');
  expect(new URLSearchParams(url.search).get('filter')).toBe(value);
  expect(url.href).toContain('filter=a%20b%2Bc');
  expect(url.pathname).toBe('/v1/tasks');
});

test('trailing slashes of the base URL are not doubled', () => {
  expect(requestUrl(new URL('https://plane.example/base//'), ['v1']).href).toBe('https://plane.example/base/v1');
});
