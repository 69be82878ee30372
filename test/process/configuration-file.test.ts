import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { post } from '../support/post.js';
import { build, cleanUp, folderWith, GatewayProcess, type ProcessOptions } from './gateway-process.js';
import { nowhere, oneVcf } from './sample-configurations.js';

beforeAll(build);
afterEach(cleanUp);

/** A configuration whose only source has this name. */
const named = (name: string): string =>
  oneVcf(nowhere, { sources: [{ name, kind: 'vcf', url: nowhere, credentials: { username: 'u', password: 'p' } }] });

async function sourceNames(words: readonly string[], options: ProcessOptions): Promise<unknown> {
  const gateway = await GatewayProcess.serve(['serve', '--port', '0', ...words], options);
  const { data } = await post(gateway.url, { query: '{ taskSources { name } }' });
  await gateway.stop();
  return data.taskSources.map(({ name }: { name: string }) => name);
}

test('--config takes precedence over $TRIBUTARY_CONFIG, and that over ./tributary.yaml; an empty variable counts as unset.', async () => {
  const cwd = folderWith({ 'option.yaml': named('option'), 'variable.yaml': named('variable'), 'tributary.yaml': named('folder') });
  const env = { TRIBUTARY_CONFIG: 'variable.yaml' };
  expect(await sourceNames(['--config', 'option.yaml'], { cwd, env })).toEqual(['option']);
  expect(await sourceNames([], { cwd, env })).toEqual(['variable']);
  expect(await sourceNames([], { cwd, env: { TRIBUTARY_CONFIG: '' } })).toEqual(['folder']);
});

test('tributary demo serves the demo, whatever configuration there is.', async () => {
  const gateway = await GatewayProcess.serve(['demo', '--port', '0'], {
    cwd: folderWith({ 'tributary.yaml': 'nonsense' }),
    env: { TRIBUTARY_CONFIG: 'nowhere.yaml' },
  });
  expect((await post(gateway.url, { query: '{ taskSources { name } }' })).data.taskSources).toHaveLength(4);
});

test('A path in the configuration is relative to its folder, wherever the process was started.', async () => {
  const folder = folderWith({ password: 'secret\n' });
  const keys = { sources: [{ name: 'site', kind: 'vcf', url: nowhere, credentials: { username: 'u', passwordFile: 'password' } }] };
  writeFileSync(join(folder, 'a.yaml'), oneVcf(nowhere, keys));
  expect(await GatewayProcess.run(['config', 'check', '--config', join(folder, 'a.yaml')])).toMatchObject({ code: 0 });
});

test('A file that every account may change is reported on stderr; one that all may read, like a mounted secret of Kubernetes, is not.', async () => {
  const folder = folderWith({ password: 'secret\n' });
  const password = join(folder, 'password');
  const keys = { sources: [{ name: 'site', kind: 'vcf', url: nowhere, credentials: { username: 'u', passwordFile: password } }] };
  writeFileSync(join(folder, 'tributary.yaml'), oneVcf(nowhere, keys));
  for (const [mode, isReported] of [
    [0o644, false],
    [0o646, true],
  ] as const) {
    chmodSync(password, mode);
    const gateway = await GatewayProcess.serve(['serve', '--port', '0'], { cwd: folder });
    await gateway.stop();
    expect(gateway.err.includes(`Every account of this machine can change ${password}`)).toBe(isReported);
  }
});

test.each([
  ['a byte order mark', Buffer.from(`\u{FEFF}${named('site')}`)],
  ['Windows line ends', named('site').replaceAll('\n', '\r\n')],
])('A file with %s is read.', async (_what, content) => {
  const cwd = folderWith({ 'tributary.yaml': content });
  expect(await GatewayProcess.run(['config', 'check'], { cwd })).toEqual({
    code: 0,
    signal: null,
    out: 'tributary.yaml is valid: 1 source(s).\n',
    err: '',
  });
});

test('A file that can be read only once, such as <(...) of a shell, is read once.', async () => {
  const cwd = folderWith({ 'source.yaml': named('site') });
  const piped: ProcessOptions = { cwd, command: ['sh', '-c', `cat source.yaml | "${process.execPath}" "$0" "$@"`] };
  const words = [join(process.cwd(), 'dist/main.js'), 'config', 'check', '--config', '/dev/stdin'];
  expect(await GatewayProcess.run(words, piped)).toMatchObject({ code: 0, out: '/dev/stdin is valid: 1 source(s).\n' });
});

test.each([
  ['is missing', () => undefined, 'expected a file that can be read; there is none of this name'],
  ['is a folder', mkdirSync, 'expected a file that can be read; this is a folder'],
  ['is empty', (file: string) => writeFileSync(file, ''), 'expected a file that is not empty'],
  [
    'is no text',
    (file: string) => writeFileSync(file, Buffer.from([0x61, 0xff, 0xfe, 0])),
    'expected a file that can be read; this one is not UTF-8 text',
  ],
  [
    'is a pipe',
    (file: string) => void execFileSync('mkfifo', [file]),
    'expected a file that can be read; this is a pipe, a device or a socket',
  ],
  ['has 5 MB', (file: string) => writeFileSync(file, `${named('site')}#${'x'.repeat(5_000_000)}`), 'expected at most 256 KiB of text'],
])('A file that %s is refused in plain words, by serve and by config check.', async (_what, make, words) => {
  const cwd = folderWith();
  make(join(cwd, 'my.yaml'));
  const [served, checked] = await Promise.all([
    GatewayProcess.run(['serve', '--port', '0', '--config', 'my.yaml'], { cwd }),
    GatewayProcess.run(['config', 'check', '--config', 'my.yaml'], { cwd }),
  ]);
  expect(served).toMatchObject({ code: 2, out: '', err: expect.stringMatching(new RegExp(`^my\\.yaml:1:\\d+: ${words}\n$`)) });
  expect(checked).toMatchObject({ code: 2, out: served.err, err: '' });
});
