import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { findPackage, sourceFiles } from '../architecture/source-files.js';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dev?: boolean; readonly optional?: boolean; readonly hasInstallScript?: boolean }>
  >;
}

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The driver of SQLite is about 10 MB, and there may be one for each C library. */
const maxInstalledBytes = 30_000_000;

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

test('A48 every dependency is pinned to one version, and is locked to it', () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  expect(Object.entries(all).filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)).toEqual([]);
});

test.each(['test/tools', 'test/tools/composers'])('A48 the tools of the long tests in %s are pinned, too', (folder) => {
  const { dependencies }: Pick<Manifest, 'dependencies'> = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const { packages }: Lock = JSON.parse(readFileSync(`${folder}/package-lock.json`, 'utf8'));
  for (const [name, version] of Object.entries(dependencies)) expect(packages[`node_modules/${name}`]?.version).toBe(version);
});

test('A48 the tools of the long tests use the graphql of this package, because no second one is installed beside them', () => {
  const { packages }: Lock = JSON.parse(readFileSync('test/tools/package-lock.json', 'utf8'));
  expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/graphql'))).toEqual([]);
});

/** The packages of the program that are installed with it, and those that are bundled into it. */
const isOfProgram = (path: string): boolean => !path.startsWith('server/explorer/browser/') && !path.startsWith('client/');
const imported = new Set(sourceFiles.filter(({ path }) => isOfProgram(path)).flatMap(({ specifiers }) => specifiers.map(findPackage)));

test('A48 there are at most 35 direct dependencies', () => {
  const direct = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => imported.has(name));
  expect(direct.length).toBeGreaterThan(20);
  expect(direct.length).toBeLessThanOrEqual(35);
});

/** What `npm ci --omit=dev` installs. */
const installed = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);

test('A48 neither the package nor a dependency needs an install script: npm ci --ignore-scripts is enough', () => {
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
});

test('a production install has few packages and takes little room on the disk', () => {
  // One package for each platform, of which npm installs those that fit.
  expect(installed.filter(([, { optional }]) => optional !== true).map(([path]) => path)).toEqual([
    'node_modules/@neon-rs/load',
    'node_modules/libsql',
    'node_modules/libsql/node_modules/detect-libc',
  ]);
  const bytes = installed
    .flatMap(([path]) => (existsSync(path) ? listFiles(path) : []))
    .reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(bytes).toBeLessThanOrEqual(maxInstalledBytes);
});

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
