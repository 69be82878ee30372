import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { Consumer } from '../clients/consumer.js';
import { firstExample } from '../support/documents.js';
import { World } from '../support/world.js';
import { build, cleanUp, folderWith } from './gateway-process.js';

let unpacked: string;
let files: readonly string[];
let world: World;
beforeAll(async () => {
  build();
  world = await World.start();
  const folder = folderWith();
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  files = packed.files.map(({ path }: { path: string }) => path);
  mkdirSync(join(folder, 'unpacked'));
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', join(folder, 'unpacked'), '--strip-components=1']);
  unpacked = join(folder, 'unpacked');
});
afterAll(async () => {
  await world.close();
  await cleanUp();
});

let consumer: Consumer;
afterEach(() => consumer.remove());

/** A project that has the package as it was unpacked. */
function consumerOf(example: string): Consumer {
  consumer = new Consumer(example, unpacked);
  return consumer;
}

test('the package contains what it exports and runs, and no sources or development files', () => {
  consumerOf('tada');
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, string | Record<string, string>> };
  const targets = Object.values(exports).flatMap((target) => (typeof target === 'string' ? target : Object.values(target)));
  expect(targets.filter((target) => !target.includes('*') && !files.includes(target.slice(2)))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['dist/main.js', 'LICENSE', 'README.md', 'schema/fragments/task-row.graphql']));
  expect(readFileSync(join(unpacked, 'dist/main.js'), 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
  expect(files.filter((file) => /^(src|test|scripts|node_modules)\/|\.map$|(^|\/)\.(stamp|lock)$/.test(file))).toEqual([]);
});

test('a project that installs the package compiles against its types and runs its client', async () => {
  const [answer] = await consumerOf('tada').example(`${world.gateway.origin}/graphql`);
  expect(answer).toMatchObject({ errors: [] });
});

test('every export of the package can be resolved', () => {
  const names = ['schema.graphql', 'introspection.json', 'fragments/task-detail.graphql', 'operations/task-tree.graphql', 'package.json'];
  const script = `
    const { existsSync } = await import('node:fs');
    for (const name of ${JSON.stringify(names)}) {
      if (!existsSync(new URL(import.meta.resolve('tributary-gateway/' + name)))) throw new Error(name);
    }
    const introspection = await import('tributary-gateway/introspection.json', { with: { type: 'json' } });
    console.log(introspection.default.__schema.queryType.name, Object.keys(await import('tributary-gateway/client')).length);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--no-warnings', '-e', script], {
    cwd: consumerOf('tada').folder,
    encoding: 'utf8',
  });
  expect([stdout, stderr]).toEqual(['Query 9\n', '']);
});

test('the program for Node in the documents compiles and runs as printed', async () => {
  const text = firstExample('docs/clients.md', 'ts');
  writeFileSync(join(consumerOf('tada').folder, 'example.ts'), text);
  await consumer.program('typescript/bin/tsc');
  const compiled = join(consumer.folder, 'out/example.js');
  const script = readFileSync(compiled, 'utf8');
  expect(script).toContain('http://127.0.0.1:4000');
  writeFileSync(compiled, script.replace('http://127.0.0.1:4000', world.gateway.origin));
  // The task of that program runs for ever in a world whose time stands still, so it is ended.
  world.planes['vcf-sfo'].setTask(/'vcf-sfo:(.*?)'/.exec(text)?.[1] ?? '', { status: 'SUCCESSFUL' });
  world.passTime(10_000);
  expect(await consumer.program('../out/example.js')).toMatch(/^true undefined\n$/);
});
