import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { expect, test } from '@jest/globals';

import { sourceFiles } from './source-files.js';

/** What the package exports: its names are for those who install it. */
const publicEntry = 'client/index.ts';

/** The names that `src/file` exports by a declaration of its own. */
function findExports(text: string): readonly string[] {
  const declarations = text.matchAll(
    /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|enum|const|let) (\w+)/gm,
  );
  return [...declarations].map(([, name = '']) => name);
}

/** Names that a file imports or exports again, by the file of `src` from which they come. */
function findImports(path: string, text: string): readonly { readonly from: string; readonly names: readonly string[] }[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?:type\s+)?([^'";]*?)\s+from\s+['"](\.[^'"]+)['"]/gm);
  const dynamic = text.matchAll(/(\{[^{}]*\})\s*=\s*await import\(\s*['"](\.[^'"]+)['"]/g);
  return [...statements, ...dynamic].map(([, clause = '', specifier = '']) => {
    const from = relative('src', join(dirname(path), specifier)).replace(/\.js$/, '.ts');
    const [, list] = /\{([^}]*)\}/.exec(clause) ?? [];
    const names = (list ?? '').split(',').map(
      (item) =>
        item
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s*(?:\bas\b|:)\s*/)[0] ?? '',
    );
    return { from, names: clause.startsWith('*') ? ['*'] : names };
  });
}

function readFolder(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:[cm]?ts|tsx|mjs)$/.test(path) && !path.includes('node_modules'))
    .map((path) => ({ path: join(folder, path), text: readFileSync(join(folder, path), 'utf8') }));
}

function collectUses(files: readonly { readonly path: string; readonly text: string }[]): ReadonlySet<string> {
  return new Set(
    files.flatMap(({ path, text }) => findImports(path, text).flatMap(({ from, names }) => names.map((name) => `${from}#${name}`))),
  );
}

const usedBySource = collectUses(readFolder('src'));
const usedByTests = collectUses([...readFolder('test'), ...readFolder('scripts')]);
const isUsed = (uses: ReadonlySet<string>, path: string, name: string): boolean => uses.has(`${path}#${name}`) || uses.has(`${path}#*`);

/** Whether a name occurs in its own file other than where it is declared. */
function occursAgain(text: string, name: string): boolean {
  return [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length > 1;
}

test('every exported name is imported somewhere', () => {
  const unused = sourceFiles
    .filter(({ path }) => path !== publicEntry)
    .flatMap(({ path, text }) =>
      findExports(text)
        .filter((name) => !isUsed(usedBySource, path, name) && !isUsed(usedByTests, path, name))
        .map((name) => `${path}: ${name}`),
    );
  expect(unused).toEqual([]);
});

test('nothing is declared that only tests use', () => {
  const unused = sourceFiles
    .filter(({ path }) => path !== publicEntry)
    .flatMap(({ path, text }) =>
      findExports(text)
        .filter((name) => !isUsed(usedBySource, path, name) && isUsed(usedByTests, path, name) && !occursAgain(text, name))
        .map((name) => `${path}: ${name}`),
    );
  expect(unused).toEqual([]);
});
