import { randomUUID } from 'node:crypto';

import { expect, test } from '@jest/globals';

import { MemoryStore } from '../../src/store/memory/memory-store.js';
import type { ActionResponse } from '../../src/model/action.js';
import type { IdempotencyStore } from '../../src/store/idempotency-store.js';
import type { Store } from '../../src/store/store.js';
import type { TaskSourceProblem } from '../../src/model/source-problem.js';
import { withOverrides } from '../support/doubles/with-overrides.js';
import { type PickConnection, prove, type ProofOptions, withAct } from './proof.js';

/** Few enough to take seconds; `npm run prove:actions` is the long form. */
const short: ProofOptions = {
  seed: 1,
  actions: 200,
  planes: 8,
  tasksEach: 12,
  timeoutMs: 'until silent',
  openStores: async (now) => {
    const store = new MemoryStore(now);
    return [store, store];
  },
};

/** Enough for a mistake to show. */
const few = { actions: 50, planes: 6, tasksEach: 8 };
const allOpen: PickConnection = () => 'open';
const allClosed: PickConnection = (_, random) => random.pick(['closed', 'no such name']);

/** True every third time. */
function everyThirdTime(): () => boolean {
  let count = 0;
  return () => (count += 1) % 3 === 0;
}

/** Kinds of problems of which the proof makes no other than before anything was sent. */
const unsent: readonly string[] = ['UNREACHABLE', 'TLS'];

function isUnsent(answer: ActionResponse): answer is Extract<ActionResponse, { outcome: 'REJECTED' }> {
  return answer.outcome === 'REJECTED' && unsent.includes(answer.problem.kind);
}

function rejected(problem: TaskSourceProblem, then: 'may be retried' | 'is final'): ActionResponse {
  return { outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: then === 'may be retried', retryAfterMs: null };
}

test('of actions that fail at every step of their exchange, none is sent twice and none has a false outcome', async () => {
  const tally = await prove(short);
  expect(tally.findings).toEqual([]);
  expect(tally).toMatchObject({ doubled: 0, wrong: 0, redirectedRequests: 0, reported: [] });
  expect(tally.sends).toBeGreaterThan(tally.tasks / 3);
});

test('an action that is sometimes sent twice is found', async () => {
  const tally = await prove({
    ...short,
    ...few,
    pickConnection: allOpen,
    // The first one of each gateway and plane is sent twice, so that no chance decides whether there is one.
    wrapSource: (source) => {
      let isFirst = true;
      return withAct(source, async (command, task, signal) => {
        const answer = await source.actions.act(command, task, signal);
        if (answer.outcome !== 'UNKNOWN' || !isFirst) return answer;
        isFirst = false;
        return source.actions.act(command, task, signal);
      });
    },
  });
  expect(tally.doubled).toBeGreaterThan(0);
});

test.each<[string, PickConnection, (answer: ActionResponse) => ActionResponse]>([
  ['was lost, and is said to be accepted,', allOpen, (answer) => (answer.outcome === 'UNKNOWN' ? { outcome: 'ACCEPTED' } : answer)],
  [
    'was lost, and is said to be rejected,',
    allOpen,
    (answer) => (answer.outcome === 'UNKNOWN' ? rejected(answer.problem, 'may be retried') : answer),
  ],
  [
    'was never sent, and is said to be unknown,',
    allClosed,
    (answer) => (isUnsent(answer) ? { outcome: 'UNKNOWN', problem: answer.problem } : answer),
  ],
  [
    'was never sent, and is said not to be safe to repeat,',
    allClosed,
    (answer) => (isUnsent(answer) ? rejected(answer.problem, 'is final') : answer),
  ],
])('an action that %s is found', async (_, pickConnection, misclassify) => {
  const wrapSource: ProofOptions['wrapSource'] = (source) =>
    withAct(source, async (command, task, signal) => misclassify(await source.actions.act(command, task, signal)));
  const tally = await prove({ ...short, ...few, pickConnection, wrapSource });
  expect(tally.wrong).toBeGreaterThan(0);
});

test.each<[string, (store: Store) => Partial<Store>]>([
  [
    'the outcome of an action',
    ({ actions }) => ({ actions: withOverrides(actions, { recordOutcome: async () => undefined }, everyThirdTime()) }),
  ],
  [
    'that an action was requested',
    ({ actions }) => ({ actions: withOverrides(actions, { recordIntent: async () => randomUUID() }, everyThirdTime()) }),
  ],
  [
    'the idempotency key of an action',
    ({ idempotency }) => {
      const claimIdempotencyKey: IdempotencyStore['claimIdempotencyKey'] = (key, request) =>
        idempotency.claimIdempotencyKey({ ...key, idempotencyKey: randomUUID() }, request);
      return { idempotency: withOverrides(idempotency, { claimIdempotencyKey }, everyThirdTime()) };
    },
  ],
])('a journal that sometimes loses %s is found', async (_, lose) => {
  const openStores: ProofOptions['openStores'] = async (now) => {
    const store = new MemoryStore(now);
    const forgetful = withOverrides<Store>(store, lose(store));
    return [forgetful, forgetful];
  };
  const tally = await prove({ ...short, ...few, pickConnection: allOpen, openStores });
  expect(tally.wrong + tally.doubled).toBeGreaterThan(0);
});
