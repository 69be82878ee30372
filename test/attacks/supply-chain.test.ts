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

test('A48 the tools of the long tests are pinned, too, and use the graphql of this package, because no second one is installed', () => {
  const { dependencies }: Pick<Manifest, 'dependencies'> = JSON.parse(readFileSync('test/tools/package.json', 'utf8'));
  const { packages }: Lock = JSON.parse(readFileSync('test/tools/package-lock.json', 'utf8'));
  for (const [name, version] of Object.entries(dependencies)) expect(packages[`node_modules/${name}`]?.version).toBe(version);
  expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/graphql'))).toEqual([]);
});

test('A48 there are at most 35 direct dependencies', () => {
  expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(35);
});

test('A48 neither the package nor a dependency needs an install script: npm ci --ignore-scripts is enough', () => {
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  const withScripts = Object.entries(lock.packages).filter(([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true);
  // Its script only prints a warning about its versions.
  expect(withScripts.map(([path]) => path)).toEqual(['node_modules/@apollo/protobufjs']);
});
