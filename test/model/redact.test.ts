import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSecretKey, redact } from '../../src/model/secret.js';

test.each([
  'password',
  'newPassword',
  'old_password',
  'PASSPHRASE',
  'client-secret',
  'secretName',
  'apiKey',
  'api_key',
  'X-Api-Key',
  'private_key',
  'privateKeyPem',
  'Authorization',
  'proxy-authorization',
  'token',
  'accessToken',
  'refresh_token',
  'id-token',
])('The key %s names a secret.', (key) => {
  expect(isSecretKey(key)).toBe(true);
});

test.each(['referenceToken', 'reference_token', 'REFERENCE-TOKEN', 'tokenCount', 'passed', 'key', 'keyId', 'author', 'resourceId', ''])(
  'The key "%s" does not name a secret.',
  (key) => {
    expect(isSecretKey(key)).toBe(false);
  },
);

test('Secrets are replaced at any depth, and everything else is kept.', () => {
  const sent = {
    id: 't-1',
    referenceToken: 'AB12CD',
    credentials: [{ username: 'root', password: 'p1', old_password: null }, [{ apiKey: { inner: ['p2'] } }], 'word', 7, null],
    context: { tokens: ['kept'], accessToken: ['p3'] },
  };
  const redacted = redact(sent);
  expect(redacted).toEqual({
    id: 't-1',
    referenceToken: 'AB12CD',
    credentials: [{ username: 'root', password: '[removed]', old_password: '[removed]' }, [{ apiKey: '[removed]' }], 'word', 7, null],
    context: { tokens: ['kept'], accessToken: '[removed]' },
  });
  expect(sent.credentials[0]).toHaveProperty('password', 'p1');
});

test('No payload makes it throw, and the result contains no value under a secret key.', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), fc.uuid(), (object, inside, canary) => {
      const text = JSON.stringify(redact({ ...object, nested: [inside, { 'X_Api-Key': canary, deep: { db_password: [canary] } }] }));
      expect(text).not.toContain(canary);
    }),
  );
});

test('A payload without secrets is copied unchanged, including keys of prototypes.', () => {
  const sent: Record<string, unknown> = { ...(JSON.parse('{"__proto__":{"a":1},"constructor":[{"toString":2}]}') as object) };
  expect(JSON.stringify(redact(sent))).toBe(JSON.stringify(sent));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('id', 'name', 'items', 'x'), fc.jsonValue()), (object) => {
      fc.pre(!/password|passphrase|secret|key|authorization|token/i.test(JSON.stringify(object)));
      expect(redact(object)).toEqual(object);
    }),
  );
});
