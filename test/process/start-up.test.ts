import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeAll, expect, test } from '@jest/globals';

import { build, cleanUp, folderWith, GatewayProcess } from './gateway-process.js';
import { nowhere, oneVcf } from './sample-configurations.js';

beforeAll(build);
afterEach(cleanUp);

/** The files below this folder that a gateway has loaded when it is ready. */
async function loadedFiles(keys: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const cwd = folderWith({ 'tributary.yaml': oneVcf(nowhere, keys) });
  const coverage = join(cwd, 'coverage');
  const gateway = await GatewayProcess.serve(['--port', '0'], { cwd, env: { NODE_V8_COVERAGE: coverage } });
  // It answers, so it also listens to signals.
  await fetch(new URL('/livez', gateway.url));
  expect(await gateway.stop()).toMatchObject({ code: 0 });
  const urls = readdirSync(coverage).flatMap((file): readonly string[] =>
    JSON.parse(readFileSync(join(coverage, file), 'utf8')).result.map(({ url }: { url: string }) => url),
  );
  return [...new Set(urls)].filter((url) => url.startsWith('file:')).map((url) => relative('.', fileURLToPath(url)));
}

/** The packages whose code is in these files: the map of a bundled file names them. */
function packagesIn(files: readonly string[]): ReadonlySet<string> {
  const sources = files.flatMap((file): readonly string[] =>
    /^dist\/.*\.js$/.test(file)
      ? JSON.parse(readFileSync(`${file}.map`, 'utf8')).sources.map((source: string) => join(dirname(file), source))
      : [file],
  );
  return new Set(sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []));
}

test('A gateway with its store in memory loads few files, and no driver of a database.', async () => {
  const files = await loadedFiles({});
  expect(files).toContain('dist/main.js');
  expect(files.length).toBeLessThanOrEqual(20);
  const packages = packagesIn(files);
  expect([...packages]).toEqual(expect.arrayContaining(['@apollo/server', 'fastify', 'graphql', 'type-graphql', 'undici', 'zod']));
  const ofOtherStarts = ['kysely', 'libsql', 'pg', 'pg-pool', 'pg-protocol', '@apollo/usage-reporting-protobuf', 'esbuild', 'typescript'];
  expect(ofOtherStarts.filter((name) => packages.has(name))).toEqual([]);
});

test('A gateway with its store in a file loads the driver of SQLite, and not that of PostgreSQL.', async () => {
  const packages = packagesIn(await loadedFiles({ store: { kind: 'sqlite', path: 't.db' } }));
  expect(['kysely', 'libsql', 'pg', 'pg-protocol'].filter((name) => packages.has(name))).toEqual(['kysely', 'libsql']);
});

test('The bundle has one copy of each package that its parts share, and its licences.', () => {
  const notices = readFileSync('dist/third-party.txt', 'utf8');
  const names = notices
    .split(`\n${'-'.repeat(80)}\n\n`)
    .map((notice) => /^\S+(?= \d+\.\d+\.\d+\S*, \(?[A-Z0-9][\w .)-]+\n)/.exec(notice)?.[0]);
  expect(names).not.toContain(undefined);
  expect(names.filter((name) => /^(graphql|type-graphql|@apollo\/server|reflect-metadata|zod)$/.test(name ?? ''))).toEqual([
    '@apollo/server',
    'graphql',
    'reflect-metadata',
    'type-graphql',
    'zod',
  ]);
});

test('The bundle imports nothing but modules of Node, its own parts and the dependencies of the package.', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const files = ['dist/main.js', ...readdirSync('dist/chunks').flatMap((file) => (file.endsWith('.js') ? [`dist/chunks/${file}`] : []))];
  const imports = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bimport(?:[\w{}$*, ]*?from)?["']([@\w][\w@/:-]*)["'];/g)].map(([, name = '']) => name),
  );
  const known = new Set([...builtinModules, ...Object.keys(dependencies)]);
  expect(imports.length).toBeGreaterThan(20);
  expect([...new Set(imports)].filter((name) => !known.has(name.replace(/^node:/, '')))).toEqual([]);
});
