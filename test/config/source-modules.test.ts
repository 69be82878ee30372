import { expect, test } from '@jest/globals';

import { configurationJsonSchema } from '../../src/config/schema/configuration-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { load, problemsOf } from './fixture.js';
import { schemaKeys } from './schema-keys.js';

const text = `auth: { mode: none }
sources:
  - { name: catalog-a, kind: catalog, url: "https://catalog.example", zoneId: zone_1, credentials: { clientId: ci, clientSecretFile: /run/secrets/catalog } }
  - { name: catalog-b, kind: catalog, url: "https://catalog.example", zoneId: zone_2, credentials: { token: t } }
  - { name: astra, kind: astra, url: "https://astra.example", accountId: 00000000-0000-4000-8000-000000000000, credentials: { tokenFile: /run/secrets/astra } }
  - { name: vcf, kind: vcf, url: "https://vcf.example", credentials: { username: svc, passwordFile: /run/secrets/vcf } }
`;

test('every source of the registry can be created from its configuration', async () => {
  for (const { module, common, settings } of load(text, { modules: sourceModules }).sources) {
    const source = module.create({ ...common, clock: { now: () => 0, monotonic: () => 0, random: () => 0 } }, settings);
    expect(source).toMatchObject({ name: common.name, kind: module.kind.toUpperCase(), timeoutMs: 5_000 });
    await source.upstream.close();
  }
});

test('what is wrong with keys of a kind is told where it stands', () => {
  const wrong = text.replace('zone_1', '"a zone"').replace('{ token: t }', '{ tokenfile: t }');
  const places = problemsOf(wrong, { modules: sourceModules }).map((problem) => problem.split(': ', 2).join(': '));
  expect(places).toEqual(['3:79: sources[0].zoneId', '4:100: sources[1].credentials', '4:102: sources[1].credentials']);
});

test('what a text has to look like is told in words', () => {
  const wrong = text
    .replace('zone_1', '"a zone"')
    .replace('clientId: ci', 'clientId: "a:b"')
    .replace('zoneId: zone_2', 'zoneId: zone_2, tasks: ["."]');
  expect(problemsOf(wrong, { modules: sourceModules }).map((problem) => problem.replace(/^\d+:\d+: /, ''))).toEqual([
    'sources[0].zoneId: expected letters, digits, - and _, at most 128',
    'sources[0].credentials.clientId: expected text without colons and control characters',
    'sources[1].tasks[0]: expected letters, digits, - and _, at most 64',
  ]);
});

test('every key of every kind is described', () => {
  const keys = schemaKeys(configurationJsonSchema(sourceModules));
  expect(keys.filter(({ description }) => typeof description !== 'string' || description.length < 8)).toEqual([]);
});
