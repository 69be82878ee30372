import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Libsql from 'libsql';

import { timerScheduler } from '../../src/lib/scheduler.js';
import { openStore } from '../../src/store/open-store.js';
import { StoreAvailability } from '../../src/store/store-availability.js';
import { sqlite, type StoreMaker } from './stores.js';

let maker: StoreMaker;
beforeAll(async () => {
  maker = await sqlite.start();
});
afterAll(() => maker.stop());

test('an outage of writes is reported once, and ends with a write, not with a read', async () => {
  const settings = await maker.newStore();
  const events: string[] = [];
  const availability = new StoreAvailability(Date.now, {
    onLost: (reason) => events.push(reason),
    onRestored: () => events.push('restored'),
  });
  const store = await openStore(settings, { now: Date.now, scheduler: timerScheduler, availability });
  const other = new Libsql(settings.kind === 'sqlite' ? settings.path : '');
  const lost = 'another process has locked it';
  try {
    other.exec('begin immediate');
    await expect(store.probe()).rejects.toThrow('The gateway cannot use its store now');
    expect(await store.tracking.readTrackedIds('catalog')).toEqual([]);
    expect(events).toEqual([lost]);
    other.exec('rollback');
    await store.tracking.readTrackedIds('catalog');
    expect(events).toEqual([lost]);
    await store.probe();
    expect(events).toEqual([lost, 'restored']);
  } finally {
    other.close();
    await store.close();
  }
});

test('an outage of reads ends with a read or a write', async () => {
  const events: string[] = [];
  const availability = new StoreAvailability(Date.now, { onLost: () => events.push('lost'), onRestored: () => events.push('restored') });
  const fail = (access: 'read' | 'write') =>
    availability.watch(
      access,
      () => 'away',
      () => Promise.reject(new Error('away')),
    );
  const succeed = (access: 'read' | 'write') =>
    availability.watch(
      access,
      () => 'away',
      async () => undefined,
    );
  for (const access of ['read', 'write'] as const) {
    await expect(fail('read')).rejects.toThrow('The gateway cannot use its store now');
    await succeed(access);
    expect(events.splice(0)).toEqual(['lost', 'restored']);
  }
});
