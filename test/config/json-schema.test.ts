import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

import { configurationJsonSchema } from '../../src/config/schema/configuration-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { modules, problemsOf, smallest } from './fixture.js';
import { schemaKeys } from './schema-keys.js';

test('it names its draft and has a title', () => {
  expect(configurationJsonSchema(modules)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tributary configuration',
    description: 'The configuration of a Tributary gateway.',
    type: 'object',
    required: ['auth', 'sources'],
    additionalProperties: false,
  });
});

test('every key has a description, and no object accepts unknown keys', () => {
  const keys = schemaKeys(configurationJsonSchema(modules));
  expect(keys.length).toBeGreaterThan(60);
  expect(keys.filter(({ description }) => typeof description !== 'string' || description.length < 8)).toEqual([]);
});

test('every description is a sentence, and says a default, a range or an example where the type does not', () => {
  const keys = schemaKeys(configurationJsonSchema(sourceModules));
  const isSentence = (text: unknown): boolean => typeof text === 'string' && /^[A-Z].*\.$/.test(text) && text.split(' ').length > 3;
  expect(keys.filter(({ description }) => !isSentence(description))).toEqual([]);
  const isConcrete = ({ description, type, examples }: (typeof keys)[number]): boolean =>
    type !== 'string' ||
    examples !== undefined ||
    /\b(such as|default|At least|digits|file|secret|password|token)\b/.test(String(description));
  expect(keys.filter((key) => !isConcrete(key))).toEqual([]);
});

test('it contains no internal markers', () => {
  expect(JSON.stringify(configurationJsonSchema(modules))).not.toMatch(/"(secret|fileOnly)":/);
});

test('a secret is write-only and has a key for a file beside it, and one of the two is required', () => {
  const [, , vcf] = sourceBranches();
  const { properties, allOf, required } = z
    .looseObject({ properties: z.looseObject({}), allOf: z.unknown(), required: z.unknown() })
    .parse(credentialBranch(vcf));
  expect(properties).toEqual({
    username: { description: 'An account.', type: 'string' },
    password: { description: 'Its password.', type: 'string', minLength: 1, writeOnly: true },
    passwordFile: {
      description: 'The path of a file with the value of this key, relative to the folder of the configuration. Its password.',
      type: 'string',
      minLength: 1,
    },
  });
  expect({ required, allOf }).toEqual({
    required: ['username'],
    allOf: [{ oneOf: [{ required: ['password'] }, { required: ['passwordFile'] }] }],
  });
});

test('certificates can only be in files', () => {
  const [, , vcf] = sourceBranches();
  const tls = z.looseObject({ properties: z.looseObject({ tls: z.looseObject({ properties: z.looseObject({}) }) }) }).parse(vcf)
    .properties.tls;
  expect(Object.keys(tls.properties)).toEqual(['caFile', 'certFile', 'keyFile']);
});

const known = z.fromJSONSchema(withoutChoices(configurationJsonSchema(modules)));

test.each([
  ['the smallest file', smallest],
  ['sections', `server: { port: 0 }\nreads: { maxAgeMs: 5 }\nstore: { kind: sqlite, keep: 24h }\n${smallest}`],
  ['secrets in files', smallest.replace('password: pw', 'passwordFile: beside')],
  ['credentials of callers', smallest.replace('{ username: svc, password: pw }', '{ mode: passthrough }')],
  ['an unknown key', `sever: 1\n${smallest}`],
  ['an unknown key further in', `limits: { dept: 1 }\n${smallest}`],
  ['a number out of range', `server: { port: 70000 }\n${smallest}`],
  ['a wrong type', `graphql: { explorer: 1 }\n${smallest}`],
  ['a wrong duration', `store: { kind: memory, keep: 30 }\n${smallest}`],
  ['no authentication', smallest.replace('auth: { mode: none }', '')],
  ['an unknown kind', smallest.replace('kind: vcf', 'kind: aws')],
  ['a key of another kind', `${smallest}    zoneId: z\n`],
])('it and the loader agree on %s', (_what, text) => {
  const content: unknown = parse(text);
  expect(known.safeParse(content).success).toBe(problemsOf(text).length === 0);
});

function sourceBranches(): readonly unknown[] {
  const shape = z.looseObject({
    properties: z.looseObject({ sources: z.looseObject({ items: z.looseObject({ oneOf: z.array(z.unknown()) }) }) }),
  });
  return shape.parse(configurationJsonSchema(modules)).properties.sources.items.oneOf;
}

/** The first way to log in of a kind of source. */
function credentialBranch(source: unknown): unknown {
  const shape = z.looseObject({ properties: z.looseObject({ credentials: z.looseObject({ anyOf: z.array(z.unknown()) }) }) });
  return shape.parse(source).properties.credentials.anyOf[0];
}

/** zod reads a JSON Schema only without conditions on which keys are required. */
function withoutChoices(schema: Record<string, unknown>): Record<string, unknown> {
  const plain: unknown = JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === 'allOf' ? undefined : value)));
  return z.record(z.string(), z.unknown()).parse(plain);
}
