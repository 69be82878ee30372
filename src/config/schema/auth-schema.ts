import * as z from 'zod';

import { gatewayRights, sourceRights } from '../../gateway/access/caller.js';
import type { HashedApiKey } from '../../server/authentication/authentication-settings.js';
import { secretSetting } from '../../sources/source-module.js';
import { hashApiKey, keyIdPattern, type KeyringEntry, parseKeyring, sha256Pattern, toHashedApiKey } from '../keyring.js';
import { fileSetting, httpsUnlessLoopback, urlSetting, withoutFragment, withoutUser } from './setting-types.js';

// Messages for which the schema library has nothing as good.
const whoExpected = 'expected sub:<glob>, role:<glob>, key:<id> or *';
const globExpected = 'expected a name of a source, with * for any characters';
const noKeys = 'expected at least one key: write keyringFile: ./keys.json, and make it with tributary keys create';
const keyExpected = 'expected at least 16 characters';

const commonGrantSettings = {
  who: z
    .string({ error: whoExpected })
    .regex(/^(\*|(sub|role):.+|key:[A-Za-z0-9._-]+)$/, { error: whoExpected })
    .describe(
      'The callers: sub:<glob> for the subject of a token, role:<glob> for a role, key:<id> for a key, or * for every authenticated caller.',
    ),
  actions: z
    .array(z.enum([...sourceRights, ...gatewayRights]).describe('The name of one right.'))
    .min(1, { error: 'expected at least one action' })
    .describe('What these callers may do. At least one right, such as read.'),
  sources: z
    .array(
      z
        .string({ error: globExpected })
        .regex(/^[a-z0-9*-]{1,64}$/, { error: globExpected })
        .describe('The name of a source, or a glob such as vcf-*.'),
    )
    .min(1, { error: 'expected at least one source' })
    .describe('The sources that the grant applies to, as names or globs over names; * is all sources.'),
};

const grantDescription = 'Rights for the callers that match.';
const grantsDescription =
  'Who may do what. A caller has the rights of all grants that match, and none without a match. The default is none.';

const keyGrantsSetting = z.array(z.strictObject(commonGrantSettings).describe(grantDescription)).default([]).describe(grantsDescription);

const tokenGrantsSetting = z
  .array(
    z
      .strictObject({
        ...commonGrantSettings,
        issuer: z
          .string()
          .optional()
          .meta({
            description:
              'The issuer of the tokens of these callers, as in issuers: a subject or a role of another issuer is another one. Required where there are several issuers; with one, the default is that one.',
            examples: ['https://login.example/realms/operations'],
          }),
      })
      .describe(grantDescription),
  )
  .default([])
  .describe(grantsDescription);

const commonKeySettings = {
  id: z
    .string()
    .regex(keyIdPattern, { error: 'expected 1 to 64 letters, digits, dots, - or _' })
    .meta({
      description: 'Names the key in grants and in the audit trail. It is unique, and has 1 to 64 letters, digits, dots, - or _.',
      examples: ['ci'],
    }),
  expires: z.iso
    .datetime({ offset: true, error: 'expected an instant, such as 2027-01-31T00:00:00Z' })
    .optional()
    .describe('When the key expires, such as 2027-01-31T00:00:00Z. By default it does not expire.'),
  roles: z
    .array(z.string().min(1).describe('The name of one role.'))
    .default([])
    .describe('The roles of the caller, which grants can name. The default is none.'),
};

const keySetting = z
  .union([
    z.strictObject({
      ...commonKeySettings,
      sha256: z
        .string()
        .regex(sha256Pattern, { error: 'expected 64 lower-case hexadecimal digits, as tributary keys create prints them' })
        .describe('The SHA-256 of the bearer token that the caller sends, as 64 lower-case hexadecimal digits.'),
    }),
    z.strictObject({
      ...commonKeySettings,
      key: secretSetting('The bearer token that the caller sends. At least 16 characters.').min(16, { error: keyExpected }),
    }),
  ])
  .transform((entry): HashedApiKey => {
    const { id, expires, roles } = entry;
    return toHashedApiKey({ id, expires, roles, sha256: 'sha256' in entry ? entry.sha256 : hashApiKey(entry.key) });
  })
  .describe('The key of one caller.');

const keyringSetting = fileSetting(
  'The file in which tributary keys stores the hashes of keys, such as ./keys.json. It may change while the gateway runs.',
  'expected a keyring; there is none yet: make it, with its first key, by tributary keys create ID',
)
  .transform((text, context): readonly KeyringEntry[] => {
    const keys = parseKeyring(text);
    if (keys === null) context.addIssue('expected a file that tributary keys create made');
    return keys ?? [];
  })
  .optional();

const issuerSetting = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .meta({ description: 'The exact claim iss of its tokens.', examples: ['https://login.example/realms/operations'] }),
    audience: z
      .string()
      .min(1)
      .meta({ description: 'A value that the claim aud of a token must contain.', examples: ['tributary'] }),
    jwksUri: urlSetting(z.string(), [httpsUnlessLoopback, withoutUser, withoutFragment]).describe(
      'The URL of the public keys of the issuer (JWKS), such as https://login.example/certs. It is https, or http to a loopback address.',
    ),
  })
  .describe('An identity provider that signs tokens.');

const unknownIssuer = 'expected the issuer of an entry of auth.issuers, character by character';

function expectIssuer(count: number): string {
  const entries = Array.from({ length: count }, (_, index) => `issuers[${index}]`);
  return `expected the key issuer, with that of ${entries.join(' or ')}: a subject or a role says nothing without the issuer of its token`;
}

const authExpected =
  'expected mode: jwt, keys or none; there is no access without authentication by default. On this machine alone, write auth: { mode: none }; else auth: { mode: keys, keyringFile: ./keys.json }, made by tributary keys create, and grants';

export const authSchema = z
  .discriminatedUnion(
    'mode',
    [
      z
        .strictObject({
          mode: z.literal('none').describe('No authentication: every caller may do everything. Allowed on loopback addresses only.'),
        })
        .describe('The gateway does not authenticate callers.'),
      z
        .strictObject({
          mode: z.literal('keys').describe('Callers send a key from this list or from the keyring.'),
          keys: z.array(keySetting).default([]).describe('The keys that are not in the keyring. The default is none.'),
          keyring: keyringSetting,
          grants: keyGrantsSetting,
        })
        .transform(({ keyring: entries = [], keys, ...others }, context) => {
          const all = [...keys, ...entries.map(toHashedApiKey)];
          if (all.length === 0) context.addIssue({ code: 'custom', path: ['keys'], message: noKeys, input: keys });
          if (entries.some(({ id }) => keys.some((one) => one.id === id)))
            context.addIssue({ code: 'custom', path: ['keys'], message: 'expected ids of which none is in the keyring too', input: keys });
          return { ...others, keys: all };
        })
        .describe('The gateway authenticates callers by keys.'),
      z
        .strictObject({
          mode: z.literal('jwt').describe('Callers send a JSON Web Token of an identity provider.'),
          issuers: z
            .array(issuerSetting)
            .min(1, { error: 'expected at least one issuer' })
            .describe('The identity providers whose tokens are accepted. At least one.'),
          rolesClaim: z
            .string()
            .min(1)
            .default('roles')
            .describe('The claim with the roles of a caller; dots lead into nested objects. The default is roles.'),
          grants: tokenGrantsSetting,
        })
        .superRefine(({ issuers, grants }, context) => {
          const names = issuers.map(({ issuer }) => issuer);
          const report = (message: string, path: (string | number)[]): void => context.addIssue({ code: 'custom', path, message });
          for (const [index, name] of names.entries()) {
            const before = names.indexOf(name);
            if (before < index) report(`expected another issuer than that of issuers[${before}]`, ['issuers', index, 'issuer']);
          }
          for (const [index, { issuer }] of grants.entries()) {
            if (issuer !== undefined && !names.includes(issuer)) report(unknownIssuer, ['grants', index, 'issuer']);
            else if (issuer === undefined && names.length > 1) report(expectIssuer(names.length), ['grants', index]);
          }
        })
        .describe('The gateway authenticates callers by JSON Web Tokens.'),
    ],
    { error: (issue) => (issue.input === undefined ? authExpected : undefined) },
  )
  .describe('Which callers are authenticated, and what they may do. The section is required.');
