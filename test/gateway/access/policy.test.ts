import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { matchesGlob, Policy } from '../../../src/gateway/access/policy.js';

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['vcf-*', 'vcf-sfo', true],
  ['vcf-*', 'vcf', false],
  ['*-prod', 'vcf-prod', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['v?f', 'vcf', false],
  ['vcf', 'VCF', false],
  ['', '', true],
  ['', 'a', false],
])('%j matches %j: %s', (glob, text, isMatch) => {
  expect(matchesGlob(glob, text)).toBe(isMatch);
});

test('a glob matches what a regular expression made of it matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (glob, given) => {
      expect(matchesGlob(glob, given)).toBe(new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(given));
    }),
  );
});

test('a long glob with many stars takes no time', () => {
  expect(matchesGlob('*a'.repeat(5_000), 'a'.repeat(9_999).concat('b'))).toBe(false);
});

const policy = new Policy([
  { who: 'role:sre-*', actions: ['read', 'retry'], sources: ['vcf-*'] },
  { who: 'sub:alice@*', actions: ['cancel'], sources: ['vcf-sfo'] },
  { who: 'key:wall', actions: ['read'], sources: ['*'] },
  { who: '*', actions: ['introspect'], sources: ['*'] },
]);
const anonymous = { issuer: null, subject: null, keyId: null, roles: [] };

test('without a matching grant there are no rights', () => {
  const rights = policy.findRights({ issuer: null, subject: 'bob', keyId: null, roles: ['sre'] });
  expect([rights.may('read', 'vcf-sfo'), rights.has('audit'), rights.has('introspect')]).toEqual([false, false, true]);
});

test('rights are the union of the matching grants', () => {
  const rights = policy.findRights({ issuer: null, subject: 'alice@corp', keyId: null, roles: ['dev', 'sre-eu'] });
  const on = (source: string) => (['read', 'retry', 'cancel', 'track'] as const).filter((action) => rights.may(action, source));
  expect({ sfo: on('vcf-sfo'), lax: on('vcf-lax'), astra: on('astra') }).toEqual({
    sfo: ['read', 'retry', 'cancel'],
    lax: ['read', 'retry'],
    astra: [],
  });
});

test('a subject, a key and a role with the same name are different', () => {
  expect(policy.findRights({ ...anonymous, subject: 'wall', roles: ['wall', 'key:wall'] }).has('read')).toBe(false);
  expect(policy.findRights({ ...anonymous, keyId: 'sre-eu' }).has('read')).toBe(false);
  expect(policy.findRights({ ...anonymous, keyId: 'wall' }).may('read', 'astra')).toBe(true);
});

test('a grant for an issuer matches the same subject and role of no other issuer, and no key', () => {
  const ofIssuer = new Policy([
    { who: 'sub:alice', issuer: 'https://a.example', actions: ['read'], sources: ['*'] },
    { who: 'role:sre', issuer: 'https://a.example', actions: ['retry'], sources: ['*'] },
    { who: '*', issuer: 'https://b.example', actions: ['introspect'], sources: ['*'] },
  ]);
  const rights = (issuer: string | null, subject: string | null) => {
    const found = ofIssuer.findRights({ issuer, subject, keyId: null, roles: ['sre'] });
    return (['read', 'retry', 'introspect'] as const).filter((action) => found.has(action));
  };
  expect(rights('https://a.example', 'alice')).toEqual(['read', 'retry']);
  expect(rights('https://b.example', 'alice')).toEqual(['introspect']);
  expect(rights('https://a.example/', 'alice')).toEqual([]);
  expect(rights(null, null)).toEqual([]);
});
