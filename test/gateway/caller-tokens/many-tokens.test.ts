import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { CallerTokenLimits } from '../../../src/gateway/caller-tokens.js';
import type { Gateway } from '../../../src/gateway/gateway.js';
import { ManualScheduler } from '../../support/doubles/manual-scheduler.js';
import { waitUntil } from '../../support/wait-until.js';
import { callerWith, createMirrorGateway } from './mirror-gateway.js';
import { type Hold, mirrorSource } from './mirror-source.js';

let scheduler: ManualScheduler;
let gateway: Gateway;
let hold: Hold;
/** The calls to the plane, and the tokens whose connections were given back, in their order. */
let calls: string[];
let released: string[];

beforeEach(() => {
  scheduler = new ManualScheduler();
  hold = () => Promise.resolve();
  [calls, released] = [[], []];
});
afterEach(() => gateway.close());

function start(limits: Partial<CallerTokenLimits>): void {
  const held: Hold = (what) => {
    calls.push(what);
    return hold(what);
  };
  const withToken = (token: string) => mirrorSource(token, held, { onRelease: () => released.push(token) });
  gateway = createMirrorGateway(withToken, scheduler, { maxAgeMs: 3_600_000, ...limits });
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `t${n}`);
const list = (id: string, token: string) => gateway.createOperation(callerWith(id, token)).taskLists.page({});
/** How the source answered each. */
const outcomes = async (lists: readonly ReturnType<typeof list>[]): Promise<readonly string[]> =>
  (await Promise.all(lists)).flatMap(({ sources }) => sources.map(({ problem }) => problem?.kind ?? 'answered'));

test('24 tokens of one caller at once are all served where 8 are kept, with one read each; then the 8 newest stay', async () => {
  start({ sourceTokensPerCaller: 8 });
  await list('other', 'kept');
  const lists = numbered(24).map((token) => list('one', token));
  expect(new Set(await outcomes(lists))).toEqual(new Set(['answered']));
  scheduler.advance(10_000);
  expect(released.toSorted()).toEqual(numbered(16).toSorted());
  calls = [];
  await outcomes([...numbered(24).slice(-8), 'kept'].map((token) => list(token === 'kept' ? 'other' : 'one', token)));
  expect(calls).toEqual([]);
});

test('a token whose read is in progress stays, however old it is, and goes when the read has ended', async () => {
  start({ sourceTokensPerCaller: 2 });
  let finish: () => void = () => undefined;
  hold = (what) => (what === 'list slow' ? new Promise<void>((resolve) => (finish = resolve)) : Promise.resolve());
  const slow = list('one', 'slow');
  await outcomes(numbered(3).map((token) => list('one', token)));
  scheduler.advance(10_000);
  expect(released).toEqual(['t0']);
  finish();
  expect(await outcomes([slow])).toEqual(['answered']);
  scheduler.advance(10_000);
  expect(released).toEqual(['t0', 'slow']);
});

test('of 1,200 tokens of as many callers 1,000 are kept, and the connections of 100: the newest', async () => {
  start({});
  for (const token of numbered(1_200)) await list(token, token);
  expect(released).toEqual(numbered(200));
  scheduler.advance(10_000);
  expect(released.slice(200).toSorted()).toEqual(numbered(1_100).slice(200).toSorted());
  calls = [];
  for (const token of ['t200', 't1199']) await list(token, token);
  expect(calls).toEqual([]);
});

test('while all tokens are in use, one more is refused without a call, and served after one of them', async () => {
  start({ sourceTokens: 3 });
  const finish: (() => void)[] = [];
  hold = () => new Promise((resolve) => finish.push(resolve));
  const lists = numbered(3).map((token) => list(token, token));
  await waitUntil(() => finish.length === 3);
  expect(await outcomes([list('late', 'late')])).toEqual(['OVERLOADED']);
  expect(calls).toEqual(numbered(3).map((token) => `list ${token}`));
  finish.forEach((end) => end());
  await Promise.all(lists);
  hold = () => Promise.resolve();
  expect(await outcomes([list('late', 'late')])).toEqual(['answered']);
  expect(released).toEqual(['t0']);
});
