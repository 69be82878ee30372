import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sanitizePlaneText } from '../../src/upstream/response-problem.js';
import { processorTimeMs } from '../support/processor-time.js';

test('URLs are removed, wherever they are', () => {
  const url = fc.tuple(fc.constantFrom('http', 'HTTPS', 'ftp', 'jdbc+x', 'file', 'h2'), fc.stringMatching(/^[a-z0-9.:/?=&@-]{1,30}$/));
  fc.assert(
    fc.property(fc.string(), url, fc.string(), (before, [scheme, rest], after) => {
      expect(sanitizePlaneText(`${before} ${scheme}://${rest} ${after}`)).not.toContain('://');
    }),
  );
});

test.each([
  ['see https://user:secret@inner.example/path?token=1 now', 'see … now'],
  ['one\r\ntwo\tthree\u0000four\u001b[31m', 'one two three four'],
  ['  spaces   around  ', 'spaces around'],
  ['', ''],
  ['\u202egnp.exe\u202c \u2066x\u2069 z\u200be\u200dr\u200co\ufeff', 'gnp.exe x zero'],
  ['\u001b]0;title\u0007set \u009b2Jc1 \u0085next', 'set c1 next'],
])('%j becomes %j', (text, plain) => {
  expect(sanitizePlaneText(text)).toBe(plain);
});

test('credentials are removed', () => {
  expect(sanitizePlaneText('sent Authorization: Bearer eyJh.eyJz.sig-_ and basic YTpi==, without effect')).toBe(
    'sent Authorization: Bearer … and basic …, without effect',
  );
});

test('the text is cut to 300 characters, with an ellipsis, and never within a character', () => {
  expect(sanitizePlaneText(`${'x'.repeat(298)}🙂🙂`)).toBe(`${'x'.repeat(298)}…`);
  expect(sanitizePlaneText('x'.repeat(300))).toHaveLength(300);
  expect(sanitizePlaneText('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
});

test.each([
  'a'.repeat(50_000),
  'a.'.repeat(25_000),
  'http:/'.repeat(8_000),
  '://'.repeat(16_000),
  ' '.repeat(50_000),
  'a+-.'.repeat(12_500),
])('50 kB of one pattern take linear time', (text) => {
  const begun = processorTimeMs();
  sanitizePlaneText(text);
  // Seconds when the time grows with the square of the length; a few milliseconds otherwise.
  expect(processorTimeMs() - begun).toBeLessThan(500);
});
