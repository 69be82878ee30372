import { rootCertificates } from 'node:tls';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';

import { runProgram } from '../../src/cli/program.js';
import { type Configuration, findUnsupportedSettings } from '../../src/config/configuration.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { createTestIo } from '../cli/test-io.js';
import { type Example, examples, firstExample, readDocument } from '../support/documents.js';
import { World } from '../support/world.js';

const all = examples();
const schema = buildSchema(sourceModules);

/** The examples in a language, each with a name for its test. */
function listExamples(language: string, start = ''): readonly (readonly [name: string, example: Example])[] {
  return all
    .filter((example) => example.language === language && example.text.startsWith(start))
    .map((example) => [`${example.file}: ${example.text.split('\n', 1)[0]}`, example]);
}

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

test('every example is in a language that this test checks', () => {
  // Drawings are text. test/process/nginx.test.ts runs nginx with those for it.
  const checked = ['graphql', 'yaml', 'sh', 'js', 'ts', 'mermaid', 'text', 'nginx'];
  expect(all.filter(({ language }) => !checked.includes(language))).toEqual([]);
});

describe('GraphQL', () => {
  test.each(listExamples('graphql'))('%s is valid', (_name, { text }) => {
    expect(validate(schema, parse(text))).toEqual([]);
  });

  test.each(listExamples('graphql', 'query'))('%s runs and finds tasks', async (_name, { text }) => {
    const { data, errors } = await world.graphql(text);
    expect(errors).toBeUndefined();
    expect(data.tasks.nodes.length).toBeGreaterThan(0);
  });

  test.each(listExamples('graphql', 'mutation'))('%s retries a task', async (_name, { text }) => {
    const failed = await world.graphql('{ tasks(filter: { statuses: [FAILED] }, first: 200) { nodes { id retry { isAllowed } } } }');
    const task = failed.data.tasks.nodes.find((node: { retry: { isAllowed: boolean } }) => node.retry.isAllowed);
    const { data, errors } = await world.graphql(text, { id: task.id });
    expect(errors).toBeUndefined();
    expect(data.retryTask).toMatchObject({ outcome: 'ACCEPTED', errors: [], isRepeat: false });
  });
});

describe('YAML', () => {
  const sections = {
    auth: '\nauth: { mode: none }\n',
    sources: '\nsources: [{ name: vcf-a, kind: vcf, url: "https://a.example", credentials: { username: u, password: p } }]\n',
  };
  const keyring = { keys: [{ id: 'ci', sha256: 'a'.repeat(64), expires: null, roles: ['deployer'], created: '2026-11-21T08:00:00Z' }] };
  const contents: Readonly<Record<string, string>> = {
    pem: rootCertificates.join('\n'),
    'keys.json': JSON.stringify(keyring),
    'manifest.json': JSON.stringify({ first: '{ __typename }' }),
  };

  /** Loads an example together with the required sections that it leaves out. */
  function load(text: string): Configuration {
    const missing = Object.entries(sections).filter(([name]) => !new RegExp(`^${name}:`, 'm').test(text));
    return loadConfiguration({
      file: 'tributary.yaml',
      text: [text, ...missing.map(([, section]) => section)].join(''),
      environment: {},
      readFile: (path) => Object.entries(contents).find(([end]) => path.endsWith(end))?.[1] ?? 'content',
      modules: sourceModules,
    });
  }

  test.each(listExamples('yaml'))('%s is a configuration that this version supports', (_name, { text }) => {
    expect(findUnsupportedSettings(load(text))).toEqual([]);
  });

  test('the example of the page on configuration has a source of each kind', () => {
    const { sources } = load(firstExample('docs/configuration.md', 'yaml'));
    expect(sources.map(({ common }) => common.name)).toEqual(['catalog-prod', 'astra-prod', 'vcf-sfo']);
  });

  test.each(listExamples('yaml', 'auth:'))('%s grants something to two kinds of callers', (_name, { text }) => {
    expect(load(text).auth).toMatchObject({ grants: [{}, {}] });
  });
});

describe('Shell', () => {
  const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(readDocument('package.json'));
  const commands = all
    .filter(({ language }) => language === 'sh')
    .flatMap(({ file, text }) =>
      text
        .split('\n')
        .flatMap((line) => line.replace(/ +#.*/, '').split(' && '))
        .filter((line) => line !== '')
        .map((line) => [file, line] as const),
    );

  const checks: Readonly<Record<string, (args: readonly string[]) => Promise<void> | void>> = {
    npm: ([verb = '', script = '']) => {
      if (['ci', 'install', 'pack'].includes(verb)) return;
      expect(Object.keys(scripts)).toContain(verb === 'run' ? script : verb);
    },
    tributary: async (args) => {
      const { io, out } = createTestIo('');
      expect(await runProgram([...args.filter((word) => !word.startsWith('--')), '--help'], sourceModules, io)).toBe(0);
      const [help = ''] = out;
      const command = args.filter((word) => /^[a-z]+$/.test(word)).slice(0, /^(config|keys|audit|store)$/.test(args[0] ?? '') ? 2 : 1);
      expect(help).toContain(`Usage: tributary ${command.join(' ')}`);
      for (const option of args.filter((word) => word.startsWith('--'))) expect(help).toContain(option);
    },
    // test/store/postgres-backup.test.ts runs them.
    pg_dump: () => undefined,
    pg_restore: () => undefined,
    curl: async (args) => {
      const { pathname, search } = new URL(args.at(-1) ?? '');
      const response = await fetch(`${world.gateway.origin}${pathname}${search}`);
      await response.body?.cancel();
      expect(response.status).toBe(200);
    },
  };

  test.each(commands)('%s: %s', async (_file, line) => {
    const [program = '', ...args] = line
      .replace(/ > \S+$/, '')
      .replaceAll(/"/g, '')
      .trim()
      .split(/ +/);
    const check = checks[program];
    if (check === undefined) throw new Error(`${program} is not checked here.`);
    await check(args);
  });
});

describe('JavaScript and TypeScript', () => {
  const programs = all.filter(({ language }) => language === 'js' || language === 'ts');

  test('each program is run by a test, in Chromium or with the installed package', () => {
    expect(programs.map(({ file, language }) => [file, language])).toEqual([
      ['clients/tributary-client/README.md', 'ts'],
      ['docs/apollo-client.md', 'ts'],
      ['docs/clients.md', 'ts'],
      // A setting of Vite, and the programs.
      ['docs/clients.md', 'js'],
      ['docs/live.md', 'js'],
    ]);
  });

  test.each(
    programs.flatMap(({ file, text }) =>
      [...text.matchAll(/'((?:query |subscription |\{ )[^']*)'/g)].map(([, document = '']) => [file, document]),
    ),
  )('%s: %s is valid', (_file, document) => {
    expect(validate(schema, parse(document))).toEqual([]);
  });
});
