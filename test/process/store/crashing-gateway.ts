import 'reflect-metadata';

import { openStore } from '../../../src/store/open-store.js';
import { type StoreSettings, type Store } from '../../../src/store/store.js';
import { startSiteGateway } from '../../store/site.js';

/** The process ends at once, as if it were killed, before or after the ledger did one thing. */
export interface Death {
  readonly method:
    'claimIdempotencyKey' | 'recordIntent' | 'lockTask' | 'recordOutcome' | 'saveIdempotencyRecord' | 'unlockTask' | 'settle';
  readonly when: 'before' | 'after';
}

/** What this program is started with, as JSON in its first argument. */
export interface CrashingGateway {
  readonly configuration: string;
  readonly store: StoreSettings;
  /** Null: it goes on. */
  readonly death: Death | null;
  /** Milliseconds that its clock is ahead. */
  readonly aheadMs?: number;
}

function mortal(ledger: Store, death: Death): Store {
  const die = (when: Death['when'], method: string): void => {
    if (death.when === when && death.method === method) process.kill(process.pid, 'SIGKILL');
  };
  const through = async <Value>(method: Death['method'], job: () => Promise<Value>): Promise<Value> => {
    die('before', method);
    const value = await job();
    die('after', method);
    return value;
  };
  return {
    trackedIds: (sourceName) => ledger.trackedIds(sourceName),
    track: (sourceName, sourceTaskId, by) => ledger.track(sourceName, sourceTaskId, by),
    untrack: (sourceName, sourceTaskId, by) => ledger.untrack(sourceName, sourceTaskId, by),
    inputHashKey: () => ledger.inputHashKey(),
    lockTask: (hold) => through('lockTask', () => ledger.lockTask(hold)),
    unlockTask: (taskId, auditId) => through('unlockTask', () => ledger.unlockTask(taskId, auditId)),
    interruptedActions: () => ledger.interruptedActions(),
    reconcileAction: (auditId, outcome, at) => through('settle', () => ledger.reconcileAction(auditId, outcome, at)),
    readActions: (taskIds) => ledger.readActions(taskIds),
    audit: ledger.audit,
    history: ledger.history,
    prune: (sourceNames) => ledger.prune(sourceNames),
    claimIdempotencyKey: (key, request) => through('claimIdempotencyKey', () => ledger.claimIdempotencyKey(key, request)),
    recordIntent: (intent) => through('recordIntent', () => ledger.recordIntent(intent)),
    recordOutcome: (auditId, outcome, at, because) => through('recordOutcome', () => ledger.recordOutcome(auditId, outcome, at, because)),
    recordRefusals: (refusals) => ledger.recordRefusals(refusals),
    recordCountedRefusals: (counted, at) => ledger.recordCountedRefusals(counted, at),
    saveIdempotencyRecord: (claimId, answer) => through('saveIdempotencyRecord', () => ledger.saveIdempotencyRecord(claimId, answer)),
    close: () => ledger.close(),
  };
}

const { configuration, store, death, aheadMs = 0 }: CrashingGateway = JSON.parse(process.argv[2] ?? '');
const now = (): number => Date.now() + aheadMs;
const ledger = await openStore(store, { now, report: console.error });
const gateway = await startSiteGateway(configuration, now, { ledger: death === null ? ledger : mortal(ledger, death) });
console.log(gateway.origin);
