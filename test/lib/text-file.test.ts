import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { readRegularFile } from '../../src/lib/text-file.js';

let folder: string;
const socket = createServer();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'text-file-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  symlinkSync(join(folder, 'pipe'), join(folder, 'link-to-pipe'));
  mkdirSync(join(folder, 'folder'));
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
  await new Promise<void>((resolve) => socket.listen(join(folder, 'socket'), resolve));
  const files: Readonly<Record<string, string | Buffer>> = {
    large: Buffer.alloc(17 * 1024 * 1024, 'x'),
    'utf-16': Buffer.from('\uFEFFsecret', 'utf16le'),
    'utf-16-without-mark': Buffer.from('secret', 'utf16le'),
    latin: Buffer.from([0x6b, 0xe4, 0x73]),
    overlong: Buffer.from([0xc0, 0xaf]),
    surrogate: Buffer.from([0xed, 0xa0, 0x80]),
    nul: 'sec\0ret',
    marked: '\uFEFFsecret',
    plain: 'sécret\n',
    empty: '',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  symlinkSync(join(folder, 'plain'), join(folder, 'link'));
});
afterAll(() => {
  socket.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['pipe', 'NOT_A_FILE'],
  ['link-to-pipe', 'NOT_A_FILE'],
  ['socket', 'NOT_A_FILE'],
  ['/dev/zero', 'NOT_A_FILE'],
  ['/dev/tty', 'NOT_A_FILE'],
  ['folder', 'EISDIR'],
  ['loop', 'ELOOP'],
  ['none', 'ENOENT'],
  ['plain/below', 'ENOTDIR'],
  ['large', 'TOO_LARGE'],
  ['utf-16', 'NOT_TEXT'],
  ['utf-16-without-mark', 'NOT_TEXT'],
  ['latin', 'NOT_TEXT'],
  ['overlong', 'NOT_TEXT'],
  ['surrogate', 'NOT_TEXT'],
  ['nul', 'NOT_TEXT'],
])('%s is refused with %s, and nothing waits for it', (name, code) => {
  expect(() => readRegularFile(name.startsWith('/') ? name : join(folder, name))).toThrow(expect.objectContaining({ code }));
});

test.each([
  ['plain', 'sécret\n'],
  ['link', 'sécret\n'],
  ['marked', 'secret'],
  ['empty', ''],
])('%s is read as text, without a byte order mark', (name, text) => {
  expect(readRegularFile(join(folder, name))).toBe(text);
});

test('a file whose size the system does not report is read', () => {
  expect(readRegularFile('/proc/self/status')).toContain('Name:');
});
