import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A file of `src`, as the tests of the architecture see it. */
export interface SourceFile {
  /** Relative to `src`, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** What it imports, as written: packages and relative paths, types included. */
  readonly specifiers: readonly string[];
  /** The files of `src` that it imports. */
  readonly imports: readonly string[];
}

const root = 'src';

/** Static, side-effect, re-exporting and dynamic imports, types included. */
function findSpecifiers(text: string): readonly string[] {
  const forms = [
    /^\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\s*\(\s*['"]([^'"]+)['"]/g,
  ];
  return forms.flatMap((form) => [...text.matchAll(form)].map((match) => match[1] ?? ''));
}

/** The package that an import names. */
export function findPackage(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The path below `src` to which a relative import leads; null for a package. */
export function resolveImport(file: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return relative(root, join(root, dirname(file), specifier)).replace(/\.js$/, '.ts');
}

export const sourceFiles: readonly SourceFile[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const specifiers = findSpecifiers(text);
    return {
      path,
      text,
      lines: text.split('\n').length - 1,
      specifiers,
      imports: [...new Set(specifiers.flatMap((specifier) => resolveImport(path, specifier) ?? []))],
    };
  });

/** Simulated planes are test equipment that the demo ships; the measures leave them out. */
export const isSimulator = (path: string): boolean => path.includes('simulat');
