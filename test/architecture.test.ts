import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { expect, test } from '@jest/globals';

/** A room of the house: the files that begin with its path. The longest path that fits decides. */
interface Room {
  /** Paths below src that it may import; a path that ends in `/` stands for all below it. */
  readonly rooms: readonly string[];
  /** Packages that it may import, beyond those that are allowed everywhere. */
  readonly packages: readonly string[];
}

const everywhere = ['graphql', 'zod'];

/** A row for the folder of each kind of plane: it knows the shared rooms, and no other source. */
function sourceRooms(folders: readonly string[]): Readonly<Record<string, Room>> {
  return Object.fromEntries(
    folders.map((folder) => {
      const path = `sources/${folder}/`;
      return [path, { rooms: [path, 'task/', 'upstream/', 'simulation/'], packages: ['type-graphql'] }];
    }),
  );
}

const sourceFolders = readdirSync('src/sources', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const house: Readonly<Record<string, Room>> = {
  'task/': { rooms: ['task/'], packages: ['type-graphql', 'dataloader', 'graphql-scalars'] },
  'upstream/': { rooms: ['upstream/', 'task/'], packages: ['undici'] },
  'simulation/': { rooms: ['simulation/'], packages: [] },
  'sources/index.ts': { rooms: ['sources/', 'task/source/'], packages: [] },
  ...sourceRooms(sourceFolders),
  'ledger/': { rooms: ['ledger/', 'task/'], packages: ['kysely', 'libsql', 'pg'] },
  'graphql/': { rooms: ['graphql/', 'task/'], packages: ['type-graphql', 'reflect-metadata', '@apollo/subgraph'] },
  'server/': {
    rooms: ['server/', 'task/', 'graphql/'],
    packages: ['@apollo/server', '@as-integrations/fastify', 'fastify', '@fastify/cors', '@fastify/helmet', 'graphql-ws', 'jose', 'ws'],
  },
  'server/explorer/browser/': {
    rooms: ['server/explorer/browser/'],
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
  // It runs in browsers too: its own tsconfig.json knows nothing of Node.
  'client/': { rooms: ['client/'], packages: ['graphql-ws', 'graphql-sse'] },
  'config/': { rooms: ['config/', 'task/'], packages: ['yaml'] },
  'commands/': {
    rooms: ['commands/', 'config/', 'server/', 'ledger/', 'graphql/', 'upstream/', 'task/'],
    packages: ['commander', 'fastify', 'pino', 'yaml'],
  },
  'main.ts': { rooms: ['commands/', 'sources/index.ts'], packages: ['reflect-metadata', 'close-with-grace'] },
};

const src = 'src';
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') || file.endsWith('.tsx'));

/** Static, side-effect, re-exporting and dynamic imports, types included. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const forms = [
    /^\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\s*\(\s*['"]([^'"]+)['"]/g,
  ];
  return forms.flatMap((form) => [...text.matchAll(form)].map((match) => match[1] ?? ''));
}

function roomOf(file: string): string {
  const fitting = Object.keys(house).filter((room) => file === room || (room.endsWith('/') && file.startsWith(room)));
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? '(none)';
}

/** The path below src that an import of our own leads to; null for a package. */
function targetOf(file: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return relative(src, join(src, dirname(file), specifier)).replace(/\.js$/, '.ts');
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

test('every file of src belongs to a room', () => {
  expect(files.filter((file) => roomOf(file) === '(none)')).toEqual([]);
});

test('every room of the table is there', () => {
  expect(Object.keys(house).filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
});

test('the folder of a further source is a room by itself, and may not look into another source', () => {
  expect(sourceRooms(['made-up'])).toEqual({
    'sources/made-up/': { rooms: ['sources/made-up/', 'task/', 'upstream/', 'simulation/'], packages: ['type-graphql'] },
  });
  expect(sourceFolders.length).toBeGreaterThan(2);
  expect(sourceFolders.map((folder) => roomOf(`sources/${folder}/index.ts`))).toEqual(sourceFolders.map((folder) => `sources/${folder}/`));
});

test('no room imports what its row in the table does not name', () => {
  const broken = files.flatMap((file) => {
    const room = house[roomOf(file)];
    return importsOf(file).flatMap((specifier) => {
      const target = targetOf(file, specifier);
      const allowed =
        target === null
          ? isBuiltin(specifier) || [...everywhere, ...(room?.packages ?? [])].includes(packageOf(specifier))
          : (room?.rooms ?? []).some((path) => target === path || (path.endsWith('/') && target.startsWith(path)));
      return allowed ? [] : [`${file} imports ${specifier}`];
    });
  });
  expect(broken).toEqual([]);
});

test('imports never go in a circle', () => {
  const graph = new Map(files.map((file) => [file, importsOf(file).flatMap((specifier) => targetOf(file, specifier) ?? [])]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    const circle = (graph.get(file) ?? []).map((next) => visit(next, [...path, file])).find((found) => found.length > 0);
    done.add(file);
    return circle ?? [];
  };
  expect(files.map((file) => visit(file, [])).filter((circle) => circle.length > 0)).toEqual([]);
});

test('only main.ts reads the process', () => {
  const readers = files.filter(
    (file) => file !== 'main.ts' && /\bprocess\.\w|from 'node:process'/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(readers).toEqual([]);
});

test('only a source and the registry are called index.ts', () => {
  expect(files.filter((file) => /(^|\/)index\.ts$/.test(file) && !/^sources\/([^/]+\/)?index\.ts$/.test(file))).toEqual([]);
});

test('no file of src is over 250 lines', () => {
  expect(files.filter((file) => readFileSync(join(src, file), 'utf8').split('\n').length > 251)).toEqual([]);
});
