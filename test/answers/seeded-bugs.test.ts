import { afterEach, expect, test } from '@jest/globals';

import { SourceCache } from '../../src/gateway/cache/source-cache.js';
import { AuthorizedReader } from '../../src/gateway/query/authorized-reader.js';
import { ReadLog } from '../../src/gateway/query/read-log.js';
import { Repetition } from '../../src/gateway/query/repetition.js';
import { AuthenticatedSession } from '../../src/server/authentication/session.js';
import { operations } from './operations.js';
import { accessTables, play, type Step } from './steps.js';
import { TwinWorlds } from './twin-worlds.js';

const ask = (text: string, { caller = 'all', task = 2, method = 'POST', tag = null }: RequestDetails = {}): Step => {
  const operation = operations.findIndex((one) => one.includes(text));
  return { kind: 'request', request: { operation, caller, ids: [task], method, tag }, times: 1 };
};
interface RequestDetails {
  readonly caller?: 'all' | 'some';
  readonly task?: number;
  readonly method?: 'GET' | 'POST';
  readonly tag?: number | null;
}
const thrice = (step: Step): readonly Step[] => [step, step, step];
const pass = (ms: number): Step => ({ kind: 'pass', ms });
/** The first VCF task has failed. */
const failed: Step = { kind: 'change', task: 2, to: 2 };

const page = ask('tasks(first: 20)');
const longPage = ask('maxAgeMs: 60000');

/** What restores each seeded bug. */
const restores: (() => void)[] = [];
afterEach(() => {
  for (const restore of restores.splice(0)) restore();
});

/** Replaces a member of a class or an object until the end of the test. */
function replace(owner: object, name: string, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { configurable: true, ...descriptor });
  restores.push(() => (before === undefined ? Reflect.deleteProperty(owner, name) : Object.defineProperty(owner, name, before)));
}

async function findsDifference(sequence: readonly Step[]): Promise<boolean> {
  const twins = await TwinWorlds.start({ callers: accessTables[0] ?? {} });
  try {
    await play(twins, sequence);
    return false;
  } catch {
    return true;
  } finally {
    await twins.close();
  }
}

const finish = ReadLog.prototype.finish;

test.each([
  {
    bug: 'reads are not counted',
    seed: () => replace(SourceCache.prototype, 'readCount', { get: () => 0 }),
    // Another operation reads the change, and the page is not a minute old yet.
    sequence: [...thrice(longPage), failed, pass(2_000), ask('maxAgeMs: 0)'), longPage],
  },
  {
    bug: 'the age of data is ignored',
    seed: () =>
      replace(ReadLog.prototype, 'finish', {
        value(this: ReadLog) {
          const reads = finish.call(this);
          const forever = (wave: readonly { brought: object }[]) =>
            wave.map((one) => ({ ...one, brought: { ...one.brought, freshUntil: Infinity } }));
          return reads === null ? null : { ...reads, waves: reads.waves.map(forever) };
        },
      }),
    sequence: [...thrice(page), failed, pass(2_000), page],
  },
  {
    bug: 'the version of a list never changes',
    seed: () => replace(SourceCache.prototype, 'listVersion', { get: () => 0 }),
    sequence: [...thrice(page), failed, pass(2_000), page],
  },
  {
    bug: 'whatever is read again matches',
    seed: () => replace(Repetition.prototype, 'match', { value: async (earlier: unknown) => earlier }),
    sequence: [...thrice(ask('task(id: $id, maxAgeMs: 0)')), failed, pass(2_000), ask('task(id: $id, maxAgeMs: 0)')],
  },
  {
    bug: 'the key lacks the rights',
    seed: () => replace(AuthenticatedSession.prototype, 'rightsKey', { get: () => '' }),
    sequence: [...thrice(page), ask('tasks(first: 20)', { caller: 'some' })],
  },
  {
    bug: 'the time since work began is taken for plain data',
    seed: () => replace(AuthorizedReader.prototype, 'noteMoment', { value: () => undefined }),
    sequence: [...thrice(ask('durationMs')), pass(500), ask('durationMs')],
  },
])('the sequences show that $bug', async ({ seed, sequence }) => {
  expect(await findsDifference(sequence)).toBe(false);
  seed();
  expect(await findsDifference(sequence)).toBe(true);
});
