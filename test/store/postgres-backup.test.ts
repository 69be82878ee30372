import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { runAudit } from '../gateway/audit/run-audit.js';
import { describeWith } from '../support/describe-with-tool.js';
import { examples } from '../support/documents.js';
import { postgres, PostgresServer, runPostgresClient } from './postgres-server.js';
import { open } from './stores.js';

describeWith(postgres)('the commands of the documents', () => {
  let server: PostgresServer;
  let folder: string;
  beforeAll(async () => {
    server = await PostgresServer.start();
    folder = mkdtempSync(join(tmpdir(), 'tributary-dump-'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  test('copy a store in use into another database, with its whole audit trail', async () => {
    const [original, restored] = [await server.newDatabase(), await server.newDatabase()];
    const store = await open({ kind: 'postgres', url: original, retentionMs: 1_000 });
    await store.tracking.track('catalog', 'one', { auditId: 'a', caller: 'c', mutation: 'trackTask', at: 0 });
    const { text = '' } = examples().find((example) => example.text.startsWith('pg_dump')) ?? {};
    const commands = text
      .replaceAll('postgres://tributary@db.example/tributary', original)
      .replaceAll('postgres://tributary@db.example/restored', restored)
      .replaceAll('/backup', folder)
      .trim()
      .split('\n');
    expect(commands).toHaveLength(2);
    for (const [program = '', ...args] of commands.map((line) => line.split(' '))) await runPostgresClient(program, args);
    await store.close();
    const copy = { kind: 'postgres', url: restored, retentionMs: 1_000 } as const;
    expect(await runAudit('verify', copy)).toMatchObject({ code: 0, out: [expect.stringMatching(/^The 2 entries are intact/)] });
    const opened = await open(copy);
    expect(await opened.tracking.readTrackedIds('catalog')).toEqual(['one']);
    await opened.close();
  });
});
