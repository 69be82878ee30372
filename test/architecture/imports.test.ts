import { readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';

import { expect, test } from '@jest/globals';

import { findPackage, resolveImport, sourceFiles } from './source-files.js';

/** A layer: the files whose path begins with its name. The longest name that fits decides. */
interface Layer {
  /** Paths below src that it may import besides its own; a path that ends in `/` stands for all below it. */
  readonly imports: readonly string[];
  /** Packages that it may import, besides those that are allowed everywhere. */
  readonly packages: readonly string[];
}

const allowedEverywhere = ['graphql', 'zod'];

/** What every plane's adapter is written against. */
const port = ['sources/source.ts', 'sources/source-module.ts', 'sources/parse-item.ts'];

/** A row for the folder of each kind of plane: it knows the port and the layers below it, and no other plane. */
function planeLayers(folders: readonly string[]): Readonly<Record<string, Layer>> {
  return Object.fromEntries(
    folders.map((folder) => [
      `sources/${folder}/`,
      { imports: [...port, 'sources/simulation/', 'upstream/', 'model/', 'lib/'], packages: ['type-graphql'] },
    ]),
  );
}

/** A source module may add mutations of its own; their resolvers, and no other file of a plane, see the gateway as those of the core do. */
const isMutationOfPlane = (path: string): boolean => /^sources\/[^/]+\/[\w-]+-mutation\.ts$/.test(path);

const planeFolders = readdirSync('src/sources', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'simulation')
  .map(({ name }) => name);

/** From the lowest layer to the highest: imports point upwards in this table. ARCHITECTURE.md shows the same table. */
const layers: Readonly<Record<string, Layer>> = {
  'lib/': { imports: [], packages: ['quick-lru'] },
  'model/': { imports: ['lib/'], packages: ['type-graphql', 'graphql-scalars'] },
  'upstream/': { imports: ['model/', 'lib/'], packages: ['undici'] },
  // The port, with the registry of planes beside it.
  'sources/': { imports: ['upstream/', 'model/', 'lib/'], packages: ['type-graphql'] },
  'sources/simulation/': { imports: ['model/', 'lib/'], packages: [] },
  'store/': { imports: ['model/', 'lib/'], packages: ['kysely', 'libsql', 'pg'] },
  'replication/': { imports: ['store/', 'model/', 'lib/'], packages: ['pg'] },
  'gateway/': {
    imports: ['replication/replicas.ts', 'replication/leader-election.ts', 'store/', ...port, 'model/', 'lib/'],
    packages: ['type-graphql', 'dataloader', 'quick-lru'],
  },
  'answers/': { imports: ['gateway/', 'model/', 'lib/'], packages: ['quick-lru'] },
  'execution/': { imports: ['gateway/', 'model/', 'lib/'], packages: ['quick-lru'] },
  ...planeLayers(planeFolders),
  'sources/registry.ts': { imports: ['sources/'], packages: [] },
  'graphql/': {
    imports: ['gateway/', 'store/history-store.ts', 'sources/source-module.ts', 'model/', 'lib/'],
    packages: ['type-graphql', 'reflect-metadata', '@apollo/subgraph'],
  },
  'server/': {
    imports: ['graphql/', 'execution/', 'answers/', 'gateway/', 'store/audit-trail.ts', 'model/', 'lib/'],
    packages: [
      '@apollo/server',
      '@as-integrations/fastify',
      'fastify',
      '@fastify/accept-negotiator',
      'negotiator',
      '@fastify/cors',
      'graphql-ws',
      'jose',
      'quick-lru',
      'ws',
    ],
  },
  'server/explorer/browser/': {
    imports: [],
    // Those that begin with `tributary:` are made by scripts/build-explorer.mjs.
    packages: [
      'graphiql',
      '@graphiql/react',
      'graphql-sse',
      'monaco-graphql',
      'react',
      'react-dom',
      'tributary:operations',
      'tributary:workers',
    ],
  },
  // The types of settings belong to the layer that uses them; configuration imports them.
  'config/': { imports: ['server/', 'gateway/', 'store/', 'sources/source-module.ts', 'upstream/', 'model/', 'lib/'], packages: ['yaml'] },
  'cli/': {
    imports: [
      'config/',
      'server/',
      'graphql/',
      'execution/',
      'gateway/',
      'replication/',
      'store/',
      'sources/',
      'upstream/',
      'model/',
      'lib/',
    ],
    packages: ['commander', 'fastify', 'pino', 'yaml'],
  },
  'main.ts': { imports: ['cli/', 'sources/registry.ts'], packages: ['reflect-metadata', 'close-with-grace'] },
  // The client is a package of its own that runs in browsers too: it imports no layer, and its tsconfig.json knows nothing of Node.
  'client/': { imports: [], packages: [] },
};

function findLayer(file: string): string | null {
  const fitting = Object.keys(layers).filter((layer) => file === layer || (layer.endsWith('/') && file.startsWith(layer)));
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

test('every file of src belongs to a layer, and every layer of the table has a file', () => {
  expect(sourceFiles.filter(({ path }) => findLayer(path) === null)).toEqual([]);
  expect(Object.keys(layers).filter((layer) => !sourceFiles.some(({ path }) => findLayer(path) === layer))).toEqual([]);
});

test('the folder of a further plane is a layer by itself, and may not import another plane', () => {
  expect(Object.keys(planeLayers(['made-up']))).toEqual(['sources/made-up/']);
  expect(planeLayers(['made-up'])['sources/made-up/']?.imports.filter((path) => path.startsWith('sources/'))).toEqual([
    ...port,
    'sources/simulation/',
  ]);
  expect(planeFolders.length).toBeGreaterThan(2);
});

test('no layer imports what its row in the table does not name', () => {
  const broken = sourceFiles.flatMap(({ path, specifiers }) => {
    const name = findLayer(path) ?? '';
    const layer = layers[name];
    const prefixes = [name, ...(layer?.imports ?? []), ...(isMutationOfPlane(path) ? ['gateway/'] : [])];
    return specifiers.flatMap((specifier) => {
      const target = resolveImport(path, specifier);
      const isAllowed =
        target === null
          ? isBuiltin(specifier) || [...allowedEverywhere, ...(layer?.packages ?? [])].includes(findPackage(specifier))
          : prefixes.some((prefix) => target === prefix || (prefix.endsWith('/') && target.startsWith(prefix)));
      return isAllowed ? [] : [`${path} imports ${specifier}`];
    });
  });
  expect(broken).toEqual([]);
});

test('imports never form a cycle', () => {
  const graph = new Map(sourceFiles.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const findCycle = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    const cycle = (graph.get(file) ?? []).map((next) => findCycle(next, [...path, file])).find((found) => found.length > 0);
    done.add(file);
    return cycle ?? [];
  };
  expect([...graph.keys()].map((file) => findCycle(file, [])).filter((cycle) => cycle.length > 0)).toEqual([]);
});

test('only main.ts reads the process', () => {
  const readers = sourceFiles.filter(({ path, text }) => path !== 'main.ts' && /\bprocess\.\w|from 'node:process'/.test(text));
  expect(readers.map(({ path }) => path)).toEqual([]);
});

test('no two files export the same name', () => {
  const exporters = new Map<string, Set<string>>();
  for (const { path, text } of sourceFiles) {
    // The client is published by itself; its users never meet the names of the gateway.
    if (path.startsWith('client/')) continue;
    const declarations = text.matchAll(
      /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|enum|const|let) (\w+)/gm,
    );
    for (const [, name = ''] of declarations) exporters.set(name, (exporters.get(name) ?? new Set()).add(path));
  }
  expect([...exporters].filter(([, paths]) => paths.size > 1).map(([name, paths]) => `${name}: ${[...paths].join(', ')}`)).toEqual([]);
});
