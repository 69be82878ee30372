import 'reflect-metadata';

import { openLedger, type Store } from '../../../src/ledger/open-ledger.js';
import type { Ledger } from '../../../src/task/ledger.js';
import { startSiteGateway } from '../../ledger/site.js';

/** The process ends at once, as if it were killed, before or after the ledger did one thing. */
export interface Death {
  readonly method: 'claimAnswer' | 'recordIntent' | 'holdTask' | 'recordOutcome' | 'keepAnswer' | 'releaseTask' | 'settle';
  readonly when: 'before' | 'after';
}

/** What this program is started with, as JSON in its first argument. */
export interface DyingGateway {
  readonly configuration: string;
  readonly store: Store;
  /** Null: it goes on. */
  readonly death: Death | null;
  /** Milliseconds that its clock is ahead. */
  readonly aheadMs?: number;
}

function mortal(ledger: Ledger, death: Death): Ledger {
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
    track: (sourceName, localId, by) => ledger.track(sourceName, localId, by),
    untrack: (sourceName, localId, by) => ledger.untrack(sourceName, localId, by),
    inputHashKey: () => ledger.inputHashKey(),
    holdTask: (hold) => through('holdTask', () => ledger.holdTask(hold)),
    releaseTask: (taskId, auditId) => through('releaseTask', () => ledger.releaseTask(taskId, auditId)),
    cutOffActions: () => ledger.cutOffActions(),
    settle: (auditId, outcome, at) => through('settle', () => ledger.settle(auditId, outcome, at)),
    actionsOf: (taskIds) => ledger.actionsOf(taskIds),
    audit: ledger.audit,
    history: ledger.history,
    prune: (sourceNames) => ledger.prune(sourceNames),
    claimAnswer: (key, request) => through('claimAnswer', () => ledger.claimAnswer(key, request)),
    recordIntent: (intent) => through('recordIntent', () => ledger.recordIntent(intent)),
    recordOutcome: (auditId, outcome, at, because) => through('recordOutcome', () => ledger.recordOutcome(auditId, outcome, at, because)),
    recordRefusals: (refusals) => ledger.recordRefusals(refusals),
    recordCounted: (counted, at) => ledger.recordCounted(counted, at),
    keepAnswer: (claimId, answer) => through('keepAnswer', () => ledger.keepAnswer(claimId, answer)),
    close: () => ledger.close(),
  };
}

const { configuration, store, death, aheadMs = 0 }: DyingGateway = JSON.parse(process.argv[2] ?? '');
const now = (): number => Date.now() + aheadMs;
const ledger = await openLedger(store, { now, report: console.error });
const gateway = await startSiteGateway(configuration, now, { ledger: death === null ? ledger : mortal(ledger, death) });
console.log(gateway.origin);
