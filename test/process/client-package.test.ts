import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build as bundle } from 'esbuild';

import { firstExample } from '../support/documents.js';
import { World } from '../support/world.js';
import { build, cleanUp, folderWith } from './gateway-process.js';

let world: World;
/** A project that has installed the package, and nothing else. */
let folder: string;
beforeAll(async () => {
  build();
  world = await World.start();
  folder = folderWith({ 'package.json': '{ "name": "front-end", "private": true, "type": "module" }' });
  const words = ['pack', './clients/tributary-client', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const install = ['install', '--offline', '--no-audit', '--no-fund', `./${filename}`];
  execFileSync('npm', install, { cwd: folder, stdio: 'ignore', env: { ...process.env, npm_config_cache: join(folder, 'empty-cache') } });
});
afterAll(async () => {
  await world.close();
  await cleanUp();
});

const readJson = (file: string): { readonly [key: string]: unknown } => JSON.parse(readFileSync(file, 'utf8'));

test('the package of the client has the version and licence of the gateway, and no dependency', () => {
  const { version, license, ...manifest } = readJson('clients/tributary-client/package.json');
  expect({ version, license }).toEqual({ version: readJson('package.json')['version'], license: readJson('package.json')['license'] });
  expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
  expect(readFileSync('clients/tributary-client/LICENSE')).toEqual(readFileSync('LICENSE'));
});

test('it installs without a network, as one package with what it exports and nothing of the gateway', () => {
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['tributary-client']);
  const own = join(folder, 'node_modules/tributary-client');
  const { exports } = readJson(join(own, 'package.json')) as { readonly exports: Record<string, string | Record<string, string>> };
  const targets = Object.values(exports).flatMap((target) => (typeof target === 'string' ? target : Object.values(target)));
  expect(targets.filter((target) => !existsSync(join(own, target.replace('/*', ''))))).toEqual([]);
  const gateway = readJson('package.json')['exports'] as object;
  expect(Object.keys(gateway).filter((name) => name !== './client' && !(name in exports))).toEqual([]);
  expect(readdirSync(own).toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
  const files = readdirSync(join(own, 'dist'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
});

const example = firstExample('clients/tributary-client/README.md', 'ts');

/** Compiles strictly, the declarations of the package included, with no package but it. */
function compile(text: string): void {
  writeFileSync(join(folder, 'example.ts'), text);
  const options = { module: 'nodenext', target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], types: [], strict: true };
  const compilerOptions = { ...options, exactOptionalPropertyTypes: true, skipLibCheck: false, outDir: 'out', rootDir: '.' };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['example.ts'] }));
  try {
    execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc')], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    throw new Error((error as { readonly stdout: string }).stdout, { cause: error });
  }
}

test('the program of its README compiles with its types, and runs', async () => {
  compile(`${example}\nclient.close();`);
  const compiled = join(folder, 'out/example.js');
  writeFileSync(compiled, readFileSync(compiled, 'utf8').replace('http://127.0.0.1:4000', world.gateway.origin));
  const { stdout } = await promisify(execFile)(process.execPath, [compiled], { timeout: 30_000 });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBe(20);
  for (const line of lines) expect(line).toMatch(/ (PENDING|QUEUED|RUNNING|PAUSED|PAUSING|CANCELLING|UNKNOWN)$/);
});

test('the types of an operation refuse what its variables and data do not have, and a task has the status of the schema', () => {
  compile(`
    import { createClient, type TaskRow, type TaskStatus } from 'tributary-client';
    import { RetryTask, TaskList, TaskTree, WatchTasks, type TaskListData, type TaskStatus as SchemaStatus } from 'tributary-client/operations';
    import { possibleTypes } from 'tributary-client/possible-types';

    const client = createClient({ url: '/graphql' });
    export async function use(id: string) {
      const { data } = await client.query(TaskList);
      const status: TaskStatus | undefined = data?.tasks?.edges[0]?.node.status;
      await client.query(TaskList, { filter: { statuses: ['FAILED'] }, orderBy: { field: 'NAME' } });
      const retried = await client.mutate(RetryTask, { input: { id } });
      const outcome: 'ACCEPTED' | 'REJECTED' | 'UNKNOWN' | undefined = retried.data?.retryTask?.outcome;
      for await (const event of client.subscribe(WatchTasks)) console.log(event.data?.tasksChanged.task.id, status, outcome);
      const waited: TaskStatus = (await client.waitForTask(id)).status;
      const names: string[] | undefined = possibleTypes['Task'];
      // @ts-expect-error -- no such status
      await client.query(TaskList, { filter: { statuses: ['BROKEN'] } });
      // @ts-expect-error -- the id is missing
      await client.query(TaskTree, {});
      // @ts-expect-error -- no such field
      console.log(data?.tasks?.nodes, waited, names);
    }
    type Row = NonNullable<TaskListData['tasks']>['edges'][number]['node'];
    type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
    export const same: [Same<TaskStatus, SchemaStatus>, Same<Omit<Row, '__typename'>, Omit<TaskRow, '__typename'>>] = [true, true];
  `);
});

test('one operation adds one document to a page, whose bundle needs nothing else', async () => {
  const contents =
    "import { createClient } from 'tributary-client'; import { SourceHealth } from 'tributary-client/operations'; console.log(createClient, SourceHealth);";
  const options = { bundle: true, minify: true, format: 'esm', platform: 'browser', write: false } as const;
  const { outputFiles, warnings } = await bundle({ ...options, stdin: { contents, resolveDir: folder } });
  expect(warnings).toEqual([]);
  const text = outputFiles[0]?.text ?? '';
  expect(text).toContain('SourceHealth');
  expect(text).not.toContain('CancelTasks');
});
