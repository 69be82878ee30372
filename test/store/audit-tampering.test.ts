import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { timerScheduler } from '../../src/lib/scheduler.js';
import { openStore } from '../../src/store/open-store.js';
import { runAudit } from '../gateway/audit/run-audit.js';
import type { Json } from '../support/post.js';
import { World } from '../support/world.js';
import { executeStatements, unreportedAvailability } from './stores.js';

/** What is recorded before a store was opened counts as interrupted. */
const beforeTheWorld = 0;

let folder: string;
let path: string;
let world: World;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-audit-'));
  path = join(folder, 'audit.db');
  const settings = { kind: 'sqlite', path, retentionMs: 1_000_000_000 } as const;
  const store = await openStore(settings, { now: () => beforeTheWorld, scheduler: timerScheduler, availability: unreportedAvailability() });
  world = await World.start({
    callers: {
      sre: [{ actions: ['read', 'retry', 'cancel'], sources: ['*'] }],
      reader: [{ actions: ['read'], sources: ['vcf-sfo'] }],
    },
    store: () => store,
  });
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const retry =
  'mutation ($id: ID!, $reason: String) { retryTask(input: { id: $id, reason: $reason }) { outcome auditId errors { __typename ... on TaskActionNotAllowedError { blockers { code } } } } }';
const failed = (source: 'vcf-sfo' | 'vcf-lax' = 'vcf-sfo') => `${source}:${world.planes[source].addTask({ status: 'FAILED' })}`;

const audit = (word: 'verify' | 'export') => runAudit(word, { kind: 'sqlite', path, retentionMs: 0 });

const change = (statement: string) => executeStatements({ kind: 'sqlite', path, retentionMs: 0 }, [statement]);

/** Sent, refused because the right is lacking, blocked, and not there for this caller. */
async function act(): Promise<readonly Json[]> {
  const sent = failed();
  const answers = [];
  for (const [id, caller] of [
    [sent, 'sre'],
    [failed(), 'reader'],
    [sent, 'sre'],
    [failed('vcf-lax'), 'reader'],
  ] as const)
    answers.push((await world.graphql(retry, { id, reason: 'the\tdisk\nwas full' }, caller)).data.retryTask);
  return answers;
}

test('the trail contains every action with its caller; audit verify accepts it and audit export prints it', async () => {
  const answers = await act();
  const { code, out } = await audit('export');
  const lines: readonly Json[] = out.map((line) => JSON.parse(line));
  const requests = lines.filter(({ entry }) => entry.kind === 'ASKED').map(({ entry }) => [entry.caller, entry.refusedFor, entry.auditId]);
  expect(code).toBe(0);
  expect(requests).toEqual([
    ['key:sre', null, answers[0].auditId],
    ['key:reader', ['DENIED'], answers[1].auditId],
    ['key:sre', expect.arrayContaining(['ALREADY_IN_PROGRESS']), answers[2].auditId],
    ['key:reader', ['NOT_FOUND'], answers[3].auditId],
  ]);
  expect(lines.filter(({ entry }) => entry.kind === 'OUTCOME').map(({ entry }) => entry.outcome)).toEqual([
    'ACCEPTED',
    'REJECTED',
    'REJECTED',
    'REJECTED',
  ]);
  expect(await audit('verify')).toEqual({
    code: 0,
    out: [expect.stringMatching(/^The 8 entries are intact\. The hash of the last one is [0-9a-f]{64}\.$/)],
  });
});

test.each([
  [
    'an entry is changed',
    `update tributary_audit set entry = replace(entry, 'key:reader', 'key:sre') where position = 3`,
    'Entry 3 is the first that is wrong: it was changed.',
  ],
  [
    'an outcome is changed',
    `update tributary_audit set entry = replace(entry, 'ACCEPTED', 'REJECTED') where position = 2`,
    'Entry 2 is the first that is wrong: it was changed.',
  ],
  ['an entry is taken out', 'delete from tributary_audit where position = 4', 'Entry 4 is the first that is wrong: it is missing.'],
  ['the first entries are deleted', 'delete from tributary_audit where position < 3', 'Entry 1 is the first that is wrong: it is missing.'],
  ['the last entries are cut off', 'delete from tributary_audit where position > 6', 'Entry 7 is the first that is wrong: it is missing.'],
  ['all entries are cut off', 'delete from tributary_audit', 'Entry 1 is the first that is wrong: it is missing.'],
  [
    'two entries change places',
    'update tributary_audit set position = -position where position in (3, 4); update tributary_audit set position = position + 7 where position < 0',
    'Entry 3 is the first that is wrong: it does not follow the one before.',
  ],
  [
    'a hash is changed',
    `update tributary_audit set hash = '${'a'.repeat(64)}' where position = 5`,
    'Entry 5 is the first that is wrong: it was changed.',
  ],
])('when %s, audit verify names the first wrong entry', async (_what, statement, words) => {
  await act();
  await change(statement);
  expect(await audit('verify')).toEqual({ code: 1, out: [words] });
});

test('an action that cannot be recorded in the trail is not sent', async () => {
  const id = failed();
  await world.graphql('query ($id: ID!) { task(id: $id) { id } }', { id }, 'sre');
  world.forgetCalls();
  await change('alter table tributary_audit rename to elsewhere');
  const { data } = await world.graphql(retry, { id }, 'sre');
  expect(data.retryTask).toMatchObject({ outcome: 'REJECTED', auditId: null, errors: [{ blockers: [{ code: 'LEDGER_UNAVAILABLE' }] }] });
  expect(world.calls('vcf-sfo').filter(({ method }) => method !== 'GET')).toEqual([]);
  await change('alter table elsewhere rename to tributary_audit');
  expect((await world.graphql(retry, { id }, 'sre')).data.retryTask).toMatchObject({ outcome: 'ACCEPTED' });
  expect(await audit('verify')).toMatchObject({ code: 0 });
});

test.each(['a\u001b[2J', 'a\u0000b', 'a\u009bb', 'abc\u202ecba', 'a\u2066b'])(
  'the reason %j is refused: nothing is sent, and the trail contains the refusal without the reason',
  async (reason) => {
    const id = failed();
    const { data, errors } = await world.graphql(retry, { id, reason }, 'sre');
    expect(data.retryTask).toBeNull();
    expect(errors).toMatchObject([
      { message: 'reason has no control characters but tabs and line breaks.', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const entries: readonly Json[] = (await audit('export')).out.map((line) => JSON.parse(line).entry);
    expect(entries).toMatchObject([
      { kind: 'ASKED', caller: 'key:sre', taskId: id, reason: null, refusedFor: ['BAD_USER_INPUT'] },
      { kind: 'OUTCOME', outcome: 'REJECTED' },
    ]);
  },
);
