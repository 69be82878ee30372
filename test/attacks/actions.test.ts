import { afterEach, expect, test } from '@jest/globals';

import { act, actionsAt, allActions, singleDocument } from '../gateway/actions/act.js';
import { RecordingStore } from '../gateway/actions/recording-store.js';
import type { Json } from '../support/post.js';
import { World, type WorldOptions } from '../support/world.js';

let world: World;
let store: RecordingStore;
afterEach(() => world.close());

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start({ ...options, store: (now) => (store = new RecordingStore(now)) });
}

const failedTask = (): string => `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED', isRetryable: true })}`;
const allActionsEverywhere = { actions: ['read', 'retry', 'cancel'], sources: ['*'] } as const;

async function retry(caller: string, input: Readonly<Record<string, unknown>>): Promise<Json> {
  const { data } = await world.graphql(singleDocument('retryTask'), { input }, caller);
  return data.retryTask;
}

test('A41 a repeated idempotency key returns the recorded result, with other input it is rejected, and it reveals nothing to another caller', async () => {
  await start({ callers: { one: [allActionsEverywhere], other: [allActionsEverywhere] } });
  const input = { id: failedTask(), idempotencyKey: 'guessed', reason: 'only for one' };
  const first = await retry('one', input);
  expect(first).toMatchObject({ outcome: 'ACCEPTED', isRepeat: false });
  expect(await retry('one', input)).toMatchObject({ outcome: 'ACCEPTED', isRepeat: true, auditId: first.auditId });
  expect(await retry('one', { ...input, reason: 'else' })).toMatchObject({ errors: [{ __typename: 'IdempotencyKeyReusedError' }] });
  const otherCaller = await retry('other', { ...input, reason: 'else' });
  expect(otherCaller.isRepeat).toBe(false);
  expect(otherCaller.auditId).not.toBe(first.auditId);
  expect(otherCaller.errors.map((error: Json) => error.__typename)).not.toContain('IdempotencyKeyReusedError');
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

test('A42 of a concurrent retry and cancellation of one task, at most one is sent, a hundred times', async () => {
  await start();
  for (let time = 0; time < 100; time += 1) {
    const id = failedTask();
    const before = allActions(world).length;
    const payloads = await Promise.all([act(world, 'cancelTask', { id }), act(world, 'retryTask', { id })]);
    const accepted = payloads.filter(({ outcome }) => outcome === 'ACCEPTED').length;
    expect(accepted).toBeLessThanOrEqual(1);
    expect(allActions(world)).toHaveLength(before + accepted);
  }
});

test.each(['\u001b[2J', 'a\u0000b', '\u202egnp.exe'])(
  'A43 a reason with control characters is rejected, and nothing is sent: %j',
  async (reason) => {
    await start();
    const { errors } = await world.graphql(singleDocument('retryTask'), { input: { id: failedTask(), reason } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(JSON.stringify(errors)).not.toContain(JSON.stringify(reason).slice(1, -1));
    expect(allActions(world)).toEqual([]);
    expect(store.intents.size).toBe(0);
  },
);

test('A43 a reason with forged log lines is one line of the log, and is stored unchanged', async () => {
  await start({ logLevel: 'info' });
  const reason = 'because\r\n{"level":60,"msg":"forged"}';
  expect(await act(world, 'retryTask', { id: failedTask(), reason })).toMatchObject({ outcome: 'ACCEPTED' });
  expect([...store.intents.values()]).toMatchObject([{ reason }]);
  const lines = world.log.join('').trimEnd().split('\n');
  expect(lines.map((line): Json => JSON.parse(line).msg)).toEqual(['retryTask was ACCEPTED.']);
});

test('A43 an action whose intent cannot be stored is rejected, and nothing is sent', async () => {
  await start();
  const id = failedTask();
  store.broken.add('recordIntent');
  for (const idempotencyKey of [null, 'k'])
    expect(await act(world, 'retryTask', { id, idempotencyKey })).toMatchObject({ outcome: 'REJECTED' });
  expect(allActions(world)).toEqual([]);
});
