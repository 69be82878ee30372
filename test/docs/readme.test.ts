import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { parse, validate } from 'graphql';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { unsupportedModes } from '../../src/config/configuration.js';
import { sourceModules } from '../../src/sources/registry.js';
import { World } from '../support/world.js';

const readme = readFileSync('README.md', 'utf8');

/** The fenced blocks of a language, without the fence. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1] ?? '');
}

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

test.each(
  blocks('graphql')
    .filter((block) => block.startsWith('query'))
    .map((block) => [/query (\w+)/.exec(block)?.[1], block]),
)('the query %s of the README runs and finds something', async (_name, query) => {
  const { data, errors } = await world.graphql(query ?? '');
  expect(errors).toBeUndefined();
  expect(data.tasks.nodes.length).toBeGreaterThan(0);
});

test('the subscription of the README is valid', () => {
  const [subscription] = blocks('graphql').filter((block) => block.startsWith('subscription'));
  expect(validate(buildSchema(sourceModules), parse(subscription ?? ''))).toEqual([]);
});

test('the mutation of the README retries a task', async () => {
  const [mutation] = blocks('graphql').filter((block) => block.startsWith('mutation'));
  const failed = await world.graphql('{ tasks(filter: { statuses: [FAILED] }, first: 200) { nodes { id retry { isAllowed } } } }');
  const task = failed.data.tasks.nodes.find((node: { retry: { isAllowed: boolean } }) => node.retry.isAllowed);
  const { data, errors } = await world.graphql(mutation ?? '', { id: task.id });
  expect(errors).toBeUndefined();
  expect(data.retryTask).toMatchObject({ outcome: 'ACCEPTED', errors: [], isRepeat: false });
});

test('the configuration of the README is right, and this version serves it', () => {
  const [text] = blocks('yaml');
  const configuration = loadConfiguration({
    file: 'README.yaml',
    text: text ?? '',
    environment: {},
    readFile: (path) => (path.endsWith('.pem') ? rootCertificates.join('\n') : 'content'),
    modules: sourceModules,
  });
  expect(configuration.sources.map(({ connection }) => connection.name)).toEqual(['catalog-prod', 'astra-prod', 'vcf-sfo']);
  expect(unsupportedModes(configuration)).toEqual([]);
});

test.each(blocks('yaml').filter((block) => block.startsWith('auth:')))('the access of the README is right: %s', (text) => {
  const sources = '\nsources: [{ name: vcf-a, kind: vcf, url: "https://a.example", credentials: { username: u, password: p } }]\n';
  const keyring = { keys: [{ id: 'ci', sha256: 'a'.repeat(64), expires: null, roles: ['deployer'], created: '2026-11-21T08:00:00Z' }] };
  const readFile = () => JSON.stringify(keyring);
  const { auth } = loadConfiguration({ file: 'README.yaml', text: text + sources, environment: {}, readFile, modules: sourceModules });
  expect(auth).toMatchObject({ grants: [{}, {}] });
});

test('every example operation is in the table of the README', () => {
  const files = readdirSync('schema/operations').filter((file) => file.endsWith('.graphql'));
  expect(files.filter((file) => !readme.includes(`[${file.slice(0, -'.graphql'.length)}](schema/operations/${file})`))).toEqual([]);
});

test('every file that the README names is there', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '').filter((link) => !link.includes('://'));
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !existsSync(link))).toEqual([]);
});
