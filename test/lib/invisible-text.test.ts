import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { escapeInvisible, removeInvisible } from '../../src/lib/invisible-text.js';

test.each([
  ['marks of the direction', 'user\u202e\u2066gnp\u2069\u202c\u200f\u061c', 'usergnp'],
  ['characters without width', 'a\u200bd\u2060m\ufeffi\u00adn\u180e', 'admin'],
  ['joiners in ASCII', 'ad\u200dm\u200cin\u200d', 'admin'],
  ['tags', 'a\u{e0041}\u{e0042}', 'a'],
  ['interlinear annotations', 'a\ufff9b\ufffac\ufffb', 'abc'],
  ['colours of a terminal', '\u001b[1;31mred\u001b[0m', 'red'],
  ['a title of a terminal', '\u001b]0;root@prod\u0007x\u001b]8;;http://a\u001b\\link', 'xlink'],
  ['an escape that does not end', 'a\u001b', 'a '],
  ['C1 controls', '\u009b31ma\u0085b\u0090', 'a b '],
  ['C0 controls', 'a\u0000\b\u007fb', 'a b'],
  ['lone surrogates', 'a\ud83d b\ude42', 'a\ufffd b\ufffd'],
])('%s are removed', (_what, text, shown) => {
  expect(removeInvisible(text)).toBe(shown);
});

test.each([
  ['Persian', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
  ['Hindi', '\u0915\u094d\u200d\u0937'],
  ['emoji', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u2764\ufe0f\u200d\u{1f525}'],
  ['Arabic signs of numbers', '\u0600\u0661'],
  ['Hebrew, Arabic, Chinese and accents', 'שלום مرحبا 你好 e\u0301'],
  ['lines and tabs', 'one\r\n\ttwo'],
  ['nothing', ''],
])('%s stays as it is', (_what, text) => {
  expect(removeInvisible(text)).toBe(text);
});

test('what is left has no control character, no mark of the direction and no half character; doing it again changes nothing', () => {
  const hostile = fc.constantFrom('\u001b[', '\u001b]', '\u202e', '\u200d', '\u200c', '\u0000', '\ud800', '\udc00', 'm', 'é', '\u{e0041}');
  fc.assert(
    fc.property(fc.array(fc.oneof(hostile, fc.string({ unit: 'binary' })), { maxLength: 20 }), (parts) => {
      const shown = removeInvisible(parts.join(''));
      expect(shown).not.toMatch(/(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200b\p{Cs}]/u);
      expect(removeInvisible(shown)).toBe(shown);
    }),
  );
});

test('escapes mean the same in JSON, and a line has nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = escapeInvisible(JSON.stringify({ text }));
      expect(JSON.parse(line)).toEqual({ text });
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

test.each(['\u001b[', '\u001b]0;', '\u200d', '\u009b1;', '\u202e'])('a megabyte of %j is one pass', (part) => {
  expect(removeInvisible(part.repeat(1_000_000 / part.length)).length).toBeLessThanOrEqual(1_000_000);
});
