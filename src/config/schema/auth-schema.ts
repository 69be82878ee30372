import { z } from 'zod';

import { secretSetting } from '../../sources/source-module.js';
import type { HashedApiKey } from '../../server/authentication/authentication-settings.js';
import { hashApiKey, keyIdPattern, type KeyringEntry, parseKeyring, sha256Pattern, toHashedApiKey } from '../keyring.js';
import { fileSetting, httpsUnlessLoopback, urlSetting, withoutFragment, withoutUser } from './setting-types.js';

// Messages for which the schema library has nothing as good.
const whoExpected = 'expected sub:<glob>, role:<glob>, key:<id> or *';
const globExpected = 'expected a name of a source, with * for any characters';
const noKeys = 'expected at least one key: write keyringFile: ./keys.json, and make it with tributary keys create';
const keyExpected = 'expected at least 16 characters';

const grantSetting = z
  .strictObject({
    who: z
      .string({ error: whoExpected })
      .regex(/^(\*|(sub|role):.+|key:[A-Za-z0-9._-]+)$/, { error: whoExpected })
      .describe(
        'Whose rights: sub:<glob> for the subject of a token, role:<glob> for a role in it, key:<id> for a key, or * for every caller who is let in.',
      ),
    actions: z
      .array(z.enum(['read', 'retry', 'cancel', 'track', 'introspect', 'operate', 'audit']).describe('A right.'))
      .min(1, { error: 'expected at least one action' })
      .describe('What they may do.'),
    sources: z
      .array(
        z
          .string({ error: globExpected })
          .regex(/^[a-z0-9*-]{1,64}$/, { error: globExpected })
          .describe('A name, or a glob such as vcf-*.'),
      )
      .min(1, { error: 'expected at least one source' })
      .describe('The sources it holds for: names, or globs over names.'),
  })
  .describe('Rights of the callers that match.');

const grantsSetting = z
  .array(grantSetting)
  .default([])
  .describe('Who may do what. The rights of a caller are the union of what matches; without a match there are none.');

const commonKeySettings = {
  id: z
    .string()
    .regex(keyIdPattern, { error: 'expected 1 to 64 letters, digits, dots, - or _' })
    .describe('Names the key in grants and in the journal. 1 to 64 letters, digits, dots, - or _; unique.'),
  expires: z.iso
    .datetime({ offset: true, error: 'expected an instant, such as 2027-01-31T00:00:00Z' })
    .optional()
    .describe('When it ends, such as 2027-01-31T00:00:00Z. Never by default.'),
  roles: z.array(z.string().min(1).describe('A role.')).default([]).describe('Roles that grants can name. None by default.'),
};

const keySetting = z
  .union([
    z.strictObject({
      ...commonKeySettings,
      sha256: z
        .string()
        .regex(sha256Pattern, { error: 'expected 64 lower-case hexadecimal digits, as tributary keys create prints them' })
        .describe('SHA-256 of what a caller sends as bearer token, as tributary keys create prints it.'),
    }),
    z.strictObject({
      ...commonKeySettings,
      key: secretSetting('What a caller sends as bearer token. At least 16 characters.').min(16, { error: keyExpected }),
    }),
  ])
  .transform((entry): HashedApiKey => {
    const { id, expires, roles } = entry;
    return toHashedApiKey({ id, expires, roles, sha256: 'sha256' in entry ? entry.sha256 : hashApiKey(entry.key) });
  })
  .describe('A key of one caller.');

const keyringSetting = fileSetting(
  'File of further keys, as tributary keys keeps it: hashes, with when each ends. Its keys can change while the gateway runs.',
)
  .transform((text, context): readonly KeyringEntry[] => {
    const keys = parseKeyring(text);
    if (keys === null) context.addIssue('expected a file that tributary keys create made');
    return keys ?? [];
  })
  .optional();

const issuerSetting = z
  .strictObject({
    issuer: z.string().min(1).describe('The claim iss of its tokens, exactly.'),
    audience: z.string().min(1).describe('What the claim aud of a token must contain.'),
    jwksUri: urlSetting(z.string(), [httpsUnlessLoopback, withoutUser, withoutFragment]).describe(
      'URL of its public keys (JWKS). https; http to a loopback address only.',
    ),
  })
  .describe('Who signs tokens.');

const authExpected =
  'expected mode: jwt, keys or none; nobody is let in by default. On this machine alone, write auth: { mode: none }; else auth: { mode: keys, keyringFile: ./keys.json }, made by tributary keys create, and grants';

export const authSchema = z
  .discriminatedUnion(
    'mode',
    [
      z
        .strictObject({ mode: z.literal('none').describe('Nobody is asked who they are; every caller may do everything. Loopback only.') })
        .describe('No authentication.'),
      z
        .strictObject({
          mode: z.literal('keys').describe('Callers send a key that is listed here.'),
          keys: z.array(keySetting).default([]).describe('The keys, or some of them. None by default.'),
          keyring: keyringSetting,
          grants: grantsSetting,
        })
        .transform(({ keyring: entries = [], keys, ...others }, context) => {
          const all = [...keys, ...entries.map(toHashedApiKey)];
          if (all.length === 0) context.addIssue({ code: 'custom', path: ['keys'], message: noKeys, input: keys });
          if (entries.some(({ id }) => keys.some((one) => one.id === id)))
            context.addIssue({ code: 'custom', path: ['keys'], message: 'expected ids of which none is in the keyring too', input: keys });
          return { ...others, keys: all };
        })
        .describe('Authentication by keys.'),
      z
        .strictObject({
          mode: z.literal('jwt').describe('Callers send a token of an identity provider.'),
          issuers: z.array(issuerSetting).min(1, { error: 'expected at least one issuer' }).describe('The issuers that are trusted.'),
          rolesClaim: z.string().min(1).default('roles').describe('The claim that holds the roles of a caller. roles by default.'),
          grants: grantsSetting,
        })
        .describe('Authentication by JSON Web Tokens.'),
    ],
    { error: (issue) => (issue.input === undefined ? authExpected : undefined) },
  )
  .describe('Who is let in, and what they may do. Required: there is no default.');
