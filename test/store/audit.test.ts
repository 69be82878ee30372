import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { hashAuditLink, verifyAuditTrail } from '../../src/store/audit-trail.js';
import type { ActionIntent } from '../../src/store/action-journal.js';
import type { Store } from '../../src/store/store.js';
import { describeWith } from '../support/describe-with-tool.js';
import { allStores, durableStores, open, type StoreMaker } from './stores.js';

const at = Date.UTC(2026, 10, 21, 8);
const intent: ActionIntent = {
  caller: 'key:sre',
  mutation: 'retryTask',
  action: 'RETRY',
  taskId: 'vcf:1',
  reason: 'because',
  statusBefore: 'FAILED',
  claimId: null,
  at,
};

for (const { kind, tool, start } of allStores) {
  describeWith(tool)(`the audit trail in ${kind}`, () => {
    let maker: StoreMaker;
    let store: Store;
    beforeAll(async () => {
      maker = await start();
    });
    beforeEach(async () => {
      store = await open(await maker.newStore(), () => at);
    });
    afterEach(() => store.close());
    afterAll(() => maker.stop());

    test('is whole while it is empty', async () => {
      expect(await verifyAuditTrail(store.audit)).toEqual({ kind: 'whole', head: { position: 0, hash: '0'.repeat(64) } });
    });

    test('contains requests, with caller and reasons, and outcomes, in their order', async () => {
      const sent = await store.actions.recordIntent(intent);
      await store.actions.recordOutcome(sent, 'ACCEPTED', at + 1_000);
      const [refused, untracked] = await store.actions.recordRefusals([
        { ...intent, refusedFor: ['DENIED', 'WRONG_STATUS'], appearsInTaskHistory: true },
        { ...intent, action: 'UNTRACK', mutation: 'untrackTask', refusedFor: ['NOT_FOUND'], appearsInTaskHistory: false },
      ]);
      const links = await store.audit.readLinks(0);
      const request = {
        kind: 'ASKED',
        at: '2026-11-21T08:00:00.000Z',
        caller: 'key:sre',
        mutation: 'retryTask',
        action: 'RETRY',
        taskId: 'vcf:1',
        reason: 'because',
      };
      expect(links.map(({ entry }): unknown => JSON.parse(entry))).toEqual([
        { ...request, auditId: sent, refusedFor: null },
        { kind: 'OUTCOME', at: '2026-11-21T08:00:01.000Z', auditId: sent, outcome: 'ACCEPTED', because: [] },
        { ...request, auditId: refused, refusedFor: ['DENIED', 'WRONG_STATUS'] },
        { kind: 'OUTCOME', at: request.at, auditId: refused, outcome: 'REJECTED', because: ['DENIED', 'WRONG_STATUS'] },
        { ...request, action: 'UNTRACK', mutation: 'untrackTask', auditId: untracked, refusedFor: ['NOT_FOUND'] },
        { kind: 'OUTCOME', at: request.at, auditId: untracked, outcome: 'REJECTED', because: ['NOT_FOUND'] },
      ]);
      expect(links.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(links[0]?.previous).toBe('0'.repeat(64));
      for (const [index, link] of links.slice(1).entries()) expect(link.previous).toBe(links[index]?.hash);
      for (const { position, previous, entry, hash } of links) expect(hash).toBe(hashAuditLink(position, previous, entry));
      expect(await verifyAuditTrail(store.audit)).toEqual({ kind: 'whole', head: { position: 6, hash: links[5]?.hash } });
    });

    test('contains one outcome of an interrupted action, however often it is reconciled', async () => {
      const auditId = await store.actions.recordIntent(intent);
      await store.actions.reconcileAction(auditId, 'ACCEPTED', at);
      await store.actions.reconcileAction(auditId, 'UNKNOWN', at);
      expect((await store.audit.readHead()).position).toBe(2);
    });

    test('stays one chain when many actions are recorded at the same time', async () => {
      const ids = await Promise.all(Array.from({ length: 40 }, (_, n) => store.actions.recordIntent({ ...intent, taskId: `vcf:${n}` })));
      await Promise.all(ids.map((id) => store.actions.recordOutcome(id, 'ACCEPTED', at)));
      expect(await verifyAuditTrail(store.audit)).toMatchObject({ kind: 'whole', head: { position: 80 } });
    });

    test('escapes line breaks, control characters and reversed text that callers wrote', async () => {
      await store.actions.recordIntent({
        ...intent,
        caller: 'sub:a\r\n\u001b[2J',
        reason: 'a\u0000\u007f\u0085\u2028\u202e\u200b\ufeff\ud800"}\n{"kind":"ASKED"',
      });
      const [link] = await store.audit.readLinks(0);
      expect(link?.entry).toMatch(/^[\x20-\x7e]+$/);
      expect(JSON.parse(link?.entry ?? '')).toMatchObject({
        reason: 'a\u0000\u007f\u0085\u2028\u202e\u200b\ufeff\ud800"}\n{"kind":"ASKED"',
      });
      expect(await verifyAuditTrail(store.audit)).toMatchObject({ kind: 'whole' });
    });
  });
}

for (const { kind, isShared, tool, start } of durableStores) {
  describeWith(tool)(`the audit trail in ${kind} over time`, () => {
    test('survives reopening and pruning, is read in pages, and stays one chain for two writers', async () => {
      const maker = await start();
      const settings = await maker.newStore();
      const first = await open({ ...settings, retentionMs: 1 }, () => at + 1_000_000);
      // A server takes its time for each.
      const actions = kind === 'sqlite' ? 600 : 20;
      for (let n = 0; n < actions; n++) await first.actions.recordOutcome(await first.actions.recordIntent(intent), 'ACCEPTED', at);
      await first.prune(['vcf']);
      await first.close();
      const one = await open(settings, () => at);
      const two = isShared ? await open(settings, () => at) : one;
      await Promise.all([one, two, one, two].map((store) => store.actions.recordIntent(intent)));
      expect(await one.audit.readLinks(0)).toHaveLength(Math.min(1_000, 2 * actions + 4));
      expect(await verifyAuditTrail(two.audit)).toMatchObject({ kind: 'whole', head: { position: 2 * actions + 4 } });
      await one.close();
      if (isShared) await two.close();
      await maker.stop();
    });
  });
}
