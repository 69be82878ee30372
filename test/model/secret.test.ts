import { expect, test } from '@jest/globals';
import { Kind } from 'graphql';
import { format, inspect } from 'node:util';
import { Secret, SecretText } from '../../src/model/secret.js';

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
