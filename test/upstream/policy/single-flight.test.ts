import { expect, test } from '@jest/globals';

import { VirtualPlane } from './virtual-plane.js';

const fine = (): VirtualPlane => new VirtualPlane({ behaves: () => ({ latencyMs: 100, does: 200 }) });
const as = (who: string): { readonly headers: Readonly<Record<string, string>> } => ({ headers: { authorization: `Bearer ${who}` } });

test('a thousand concurrent reads of one URL are one call', async () => {
  const plane = fine();
  const outcomes = await plane.until(Promise.all(Array.from({ length: 1_000 }, () => plane.ask(as('one')))));
  expect(plane.attempts).toHaveLength(1);
  expect(new Set(outcomes.map(({ answer }) => answer)).size).toBe(1);
});

test('another credential or another URL is a call of its own', async () => {
  const plane = fine();
  await plane.until(Promise.all([plane.ask(as('one')), plane.ask(as('two')), plane.ask({}), plane.ask(as('one'), '/tasks?page=2')]));
  expect(plane.attempts.map(({ authorization }) => authorization)).toEqual(['Bearer one', 'Bearer two', undefined, 'Bearer one']);
});

test('requests other than GET are never shared', async () => {
  const plane = fine();
  await plane.until(Promise.all([plane.ask({ method: 'POST', body: 'a' }), plane.ask({ method: 'POST', body: 'a' })]));
  expect(plane.attempts).toHaveLength(2);
});

test('a read that starts after a call was sent does not share it: the response could be older than the read', async () => {
  const plane = fine();
  const first = plane.ask();
  await new Promise((resolve) => setImmediate(resolve));
  plane.scheduler.advance(1);
  await plane.until(Promise.all([first, plane.ask()]));
  expect(plane.attempts).toHaveLength(2);
});

test('a read that started before a call was sent shares it, whenever it joins', async () => {
  const plane = fine();
  const { signal } = new AbortController();
  const early = plane.ask({ signal }, '/other');
  plane.scheduler.advance(1);
  const shared = plane.ask();
  await new Promise((resolve) => setImmediate(resolve));
  plane.scheduler.advance(1);
  await plane.until(Promise.all([early, shared, plane.ask({ signal })]));
  expect(plane.attempts).toHaveLength(2);
});

test('a call continues while one caller is left, and is aborted when the last one leaves', async () => {
  const plane = fine();
  const [leaving, staying] = [new AbortController(), new AbortController()];
  const gone = plane.ask({ signal: leaving.signal });
  const stays = plane.ask({ signal: staying.signal });
  await new Promise((resolve) => setImmediate(resolve));
  leaving.abort();
  expect((await gone).error).toMatchObject({ problem: { kind: 'TIMEOUT' } });
  expect(plane.attempts).toMatchObject([{ endedAt: null }]);
  expect((await plane.until(stays)).answer?.status).toBe(200);

  const alone = new AbortController();
  const last = plane.ask({ signal: alone.signal });
  await new Promise((resolve) => setImmediate(resolve));
  alone.abort();
  await last;
  await new Promise((resolve) => setImmediate(resolve));
  expect(plane.attempts[1]?.endedAt).toBe(plane.scheduler.now);
  expect(plane.scheduler.count).toBe(0);
});

test('a read whose signal has aborted sends nothing', async () => {
  const plane = fine();
  expect((await plane.ask({ signal: AbortSignal.abort() })).error).toMatchObject({ problem: { kind: 'TIMEOUT' } });
  await new Promise((resolve) => setImmediate(resolve));
  expect(plane.attempts).toEqual([]);
});

test('a shared call has the latest deadline of its callers', async () => {
  const plane = new VirtualPlane({ behaves: (attempt) => ({ latencyMs: 0, does: attempt < 1 ? 'silence' : 200 }), random: () => 0 });
  const { signal } = new AbortController();
  const first = plane.ask({ signal }, '/other').then(() => plane.ask({ signal }));
  expect((await plane.until(first)).answer?.status).toBe(200);
});
