import 'reflect-metadata';

import type { Scheduler } from '../../../src/lib/scheduler.js';
import { openStore } from '../../../src/store/open-store.js';
import { type StoreSettings, type Store } from '../../../src/store/store.js';
import { withOverrides } from '../../support/doubles/with-overrides.js';
import { startSiteGateway } from '../../store/site.js';
import { unreportedAvailability } from '../../store/stores.js';

/** Kills the process before or after one method of the store. */
export interface CrashPoint {
  readonly method:
    'claimIdempotencyKey' | 'recordIntent' | 'lockTask' | 'recordOutcome' | 'saveIdempotencyRecord' | 'unlockTask' | 'reconcileAction';
  readonly when: 'before' | 'after';
}

/** What this program is started with, as JSON in its first argument. */
export interface CrashingGateway {
  readonly configuration: string;
  readonly store: StoreSettings;
  /** Null: it does not crash. */
  readonly crashPoint: CrashPoint | null;
  /** Milliseconds that its clock is ahead. */
  readonly aheadMs?: number;
}

function crashAt(store: Store, crashPoint: CrashPoint): Store {
  const crash = (when: CrashPoint['when'], method: string): void => {
    if (crashPoint.when === when && crashPoint.method === method) process.kill(process.pid, 'SIGKILL');
  };
  const through = async <Value>(method: CrashPoint['method'], job: () => Promise<Value>): Promise<Value> => {
    crash('before', method);
    const value = await job();
    crash('after', method);
    return value;
  };
  const { actions, idempotency } = store;
  return withOverrides(store, {
    actions: withOverrides(actions, {
      recordIntent: (intent) => through('recordIntent', () => actions.recordIntent(intent)),
      recordOutcome: (...outcome) => through('recordOutcome', () => actions.recordOutcome(...outcome)),
      reconcileAction: (...outcome) => through('reconcileAction', () => actions.reconcileAction(...outcome)),
      lockTask: (request) => through('lockTask', () => actions.lockTask(request)),
      unlockTask: (...lock) => through('unlockTask', () => actions.unlockTask(...lock)),
    }),
    idempotency: withOverrides(idempotency, {
      claimIdempotencyKey: (...claim) => through('claimIdempotencyKey', () => idempotency.claimIdempotencyKey(...claim)),
      saveIdempotencyRecord: (...record) => through('saveIdempotencyRecord', () => idempotency.saveIdempotencyRecord(...record)),
    }),
  });
}

const { configuration, store: settings, crashPoint, aheadMs = 0 }: CrashingGateway = JSON.parse(process.argv[2] ?? '');
const now = (): number => Date.now() + aheadMs;
// The log of SQLite only grows: a limit of file sizes then stands for a full disk.
const never: Scheduler = { after: () => () => undefined };
const store = await openStore(settings, { now, scheduler: never, availability: unreportedAvailability() });
const gateway = await startSiteGateway(configuration, now, { store: crashPoint === null ? store : crashAt(store, crashPoint) });
console.log(gateway.origin);
