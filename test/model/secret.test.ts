import { describe, expect, test } from '@jest/globals';
import { Kind } from 'graphql';
import { format, inspect } from 'node:util';
import { redactSecrets, Secret, SecretText } from '../../src/model/secret.js';
import { processorTimeMs } from '../support/processor-time.js';

const secret = new SecretText('canary');

test.each([
  ['String', () => String(secret)],
  ['a template', () => `${String(secret)}!`],
  ['concatenation', () => 'a' + String(secret)],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['inspect', () => inspect({ secret }, { depth: 9, showHidden: true })],
  ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['spreading', () => JSON.stringify({ ...secret })],
  ['an error', () => inspect(new Error('x', { cause: secret }))],
])('Printing with %s does not show the secret.', (_way, print) => {
  expect(print()).not.toContain('canary');
});

test('reveal returns the secret.', () => {
  expect(secret.reveal()).toBe('canary');
});

test('A string is parsed as a secret, as a variable and as a literal.', () => {
  expect(Secret.parseValue('canary').reveal()).toBe('canary');
  expect(Secret.parseLiteral({ kind: Kind.STRING, value: 'canary' }).reveal()).toBe('canary');
});

test.each([1, true, null, {}, ['canary']])('%p is refused with a message that does not repeat it.', (value) => {
  expect(() => Secret.parseValue(value)).toThrow(/^A Secret is a string\.$/);
  expect(() => Secret.parseLiteral({ kind: Kind.INT, value: '7' })).toThrow(/^A Secret is a string\.$/);
});

test('A secret is never serialized.', () => {
  expect(() => Secret.serialize(secret)).toThrow('A Secret is never returned.');
});

describe('A secret is removed from a text', () => {
  const json = (text: string): string => JSON.stringify(text).slice(1, -1);
  const ascii = (text: string): string => text.replace(/[^A-Za-z0-9]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const values = ['Vm"ware1!x', 'back\\slash', 'a/b', "it's", 'new\nline', '\\n', 'é€x', 'end\\', '\\u0041b', '<&=>', '😀'];
  const forms: Readonly<Record<string, (text: string) => string>> = {
    'as it is': (text) => text,
    'in JSON': json,
    'in JSON with escaped slashes': (text) => json(text).replaceAll('/', '\\/'),
    'in JSON within JSON': (text) => json(json(text)),
    'in JSON three times': (text) => json(json(json(text))),
    'in ASCII JSON': ascii,
    'in ASCII JSON within JSON': (text) => json(ascii(text)),
    'in Python': (text) => json(text).replaceAll("'", "\\'").replaceAll('\\"', '"'),
  };
  test.each(Object.keys(forms))('%s', (form) => {
    for (const value of values) {
      const text = `Password ${forms[form]?.(value)} is "weak", ${forms[form]?.(value)}!`;
      expect([value, new SecretText(value).redactFrom(text)]).toEqual([
        value,
        expect.stringMatching(/^Password \\*\[removed\]\\*(?:u005c)? is "weak", \\*\[removed\]\\*(?:u005c)?!$/),
      ]);
    }
  });
});

test('Of two secrets the longer one is removed first', () => {
  expect(redactSecrets('It is abcdef.', [new SecretText('abc'), new SecretText('abcdef')])).toBe('It is [removed].');
});

test('Escapes take linear time', () => {
  for (const [value, part] of [
    ['\\x5c'.repeat(50) + '!', '\\x5c'],
    ['"'.repeat(50) + '!', '\\\\\\"'],
    ['a\\'.repeat(50) + '!', 'a\\'],
  ] as const) {
    const start = processorTimeMs();
    new SecretText(value).redactFrom(part.repeat(50_000));
    expect(processorTimeMs() - start).toBeLessThan(400);
  }
});
