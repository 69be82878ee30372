import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

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

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

test('A48 every dependency is pinned to one version, and is locked to it', () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  expect(Object.entries(all).filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)).toEqual([]);
});

test('A48 so are the tools of the long tests; their graphql is the one of this package, because no second one is installed', () => {
  const { dependencies }: Pick<Manifest, 'dependencies'> = JSON.parse(readFileSync('test/tools/package.json', 'utf8'));
  const { packages }: Lock = JSON.parse(readFileSync('test/tools/package-lock.json', 'utf8'));
  for (const [name, version] of Object.entries(dependencies)) expect(packages[`node_modules/${name}`]?.version).toBe(version);
  expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/graphql'))).toEqual([]);
});

test('A48 no more than 35 packages are depended on directly', () => {
  expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(35);
});

test('A48 nothing runs when it is installed, and nothing that it depends on needs to: npm ci --ignore-scripts is enough', () => {
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  const withScripts = Object.entries(lock.packages).filter(([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true);
  // It only warns of its own version scheme.
  expect(withScripts.map(([path]) => path)).toEqual(['node_modules/@apollo/protobufjs']);
});
