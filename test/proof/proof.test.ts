import { expect, test } from '@jest/globals';

import { MemoryLedger } from '../../src/ledger/memory-ledger.js';
import type { ActionAnswer } from '../../src/task/act/action-answer.js';
import type { Source } from '../../src/task/source/source.js';
import { prove, type ProofOptions } from './proof.js';

/** So few that it takes seconds; `npm run prove:actions` is the long form. */
const short: ProofOptions = {
  seed: 1,
  actions: 200,
  planes: 8,
  tasksEach: 12,
  timeoutMs: 2_000,
  openLedgers: async (now) => {
    const ledger = new MemoryLedger(now);
    return [ledger, ledger];
  },
};

/** Enough for a mistake to show. */
const few = { actions: 50, planes: 6 };

/** A source whose actions are sent in another way than by itself. */
function actingBy(source: Source, act: Source['act']): Source {
  return new Proxy(source, {
    get: (target, name) => {
      const value: unknown = name === 'act' ? act : Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test('of actions that break at every step of their exchange, none is doubled and none is said to have fared otherwise', async () => {
  const tally = await prove(short);
  expect(tally.findings).toEqual([]);
  expect(tally).toMatchObject({ doubled: 0, wrong: 0, strays: 0, reported: [] });
  expect(tally.sends).toBeGreaterThan(tally.tasks / 2);
});

test('an action that is sent twice, now and then, is found', async () => {
  const tally = await prove({
    ...short,
    ...few,
    between: (source, random) =>
      actingBy(source, async (command, task, signal) => {
        const answer = await source.act(command, task, signal);
        return answer.outcome === 'UNKNOWN' && random.chance(0.5) ? source.act(command, task, signal) : answer;
      }),
  });
  expect(tally.doubled).toBeGreaterThan(0);
});

test.each<[string, (answer: ActionAnswer) => ActionAnswer]>([
  ['lost, and said to be accepted', (answer) => (answer.outcome === 'UNKNOWN' ? { outcome: 'ACCEPTED' } : answer)],
  [
    'lost, and said to be rejected',
    (answer) =>
      answer.outcome === 'UNKNOWN'
        ? { outcome: 'REJECTED', because: 'PROBLEM', problem: answer.problem, isRetryable: true, retryAfterMs: null }
        : answer,
  ],
])('an answer that was %s is found', async (_, misread) => {
  const between: ProofOptions['between'] = (source) =>
    actingBy(source, async (command, task, signal) => misread(await source.act(command, task, signal)));
  const tally = await prove({ ...short, ...few, between });
  expect(tally.wrong).toBeGreaterThan(0);
});
