import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { verifyAuditTrail } from '../../../src/store/audit-trail.js';
import type { Store, StoreSettings } from '../../../src/store/store.js';
import { allStores, open, type StoreMaker } from '../../store/stores.js';
import type { Json } from '../../support/post.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { AuditedWorld } from './audited-world.js';
import { type AuditedOutcome, auditedOutcomes } from './audited-outcomes.js';
import { type Mutation, mutations, listPayloads } from './mutations.js';
import { runAudit } from './run-audit.js';
import { type AuditedTracking, auditedTracking } from './audited-tracking.js';

const cells = mutations.flatMap((mutation) =>
  auditedOutcomes
    .filter(({ only }) => only?.(mutation) ?? true)
    .map((ending): [string, string, Mutation, AuditedOutcome] => [mutation.name, ending.name, mutation, ending]),
);
const trackingCells = auditedTracking.map((ending): [string, string, AuditedTracking] => [ending.mutation, ending.name, ending]);

for (const { kind, tool, start } of allStores) {
  describeWith(tool)(`with a store in ${kind}`, () => {
    let maker: StoreMaker;
    let settings: StoreSettings;
    let store: Store;
    let audited: AuditedWorld;
    beforeAll(async () => {
      maker = await start();
      settings = await maker.newStore();
      store = await open(settings);
      audited = await AuditedWorld.start(() => store);
    });
    beforeEach(() => {
      audited.world.planes['vcf-sfo'].server.fault = null;
      audited.world.planes['catalog-demo'].server.fault = null;
      audited.world.passTime(120_000);
    });
    afterAll(async () => {
      await audited.world.close();
      await maker.stop();
    });

    test.each(cells)('%s when %s: the audit trail has caller, task, outcome and reasons', async (_mutation, _ending, mutation, ending) => {
      const { world } = audited;
      const prepared = await ending.prepare(audited, mutation);
      await audited.newEntries();
      const answer = await mutation.ask(world, ending.caller, prepared);
      world.planes['vcf-sfo'].server.fault = null;
      const ids = [...new Set(prepared.ids)];
      const entries = await audited.newEntries();
      const request = { caller: `key:${ending.caller}`, mutation: mutation.name, action: mutation.action };
      const refusedFor = ending.isRefused ? expect.arrayContaining([...ending.because]) : null;
      const because = ending.isRefused ? refusedFor : ending.because;
      const pair = (taskId: string) => [
        { kind: 'ASKED', ...request, taskId, refusedFor },
        { kind: 'OUTCOME', outcome: ending.outcome, because },
      ];
      expect(entries).toMatchObject(ids.flatMap(pair));
      const auditIds = entries.map(({ auditId }) => auditId);
      expect(new Set(auditIds).size).toBe(ids.length);
      for (const payload of listPayloads(answer, mutation)) {
        expect(payload).toMatchObject({ outcome: ending.outcome, isRepeat: false });
        expect(auditIds).toContain(payload.auditId);
      }
      await expectHistory(
        ids.filter((id) => id.startsWith('vcf-') && !id.endsWith(':none')),
        ending,
        mutation,
      );
    });

    /** The history of the task has it, too, except when the caller may not read the task. */
    async function expectHistory(
      ids: readonly string[],
      { caller, outcome, isOfTrailAlone }: AuditedOutcome,
      { action }: Mutation,
    ): Promise<void> {
      const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Task { actions { action by outcome } } } }';
      const { data } = await audited.world.graphql(query, { ids }, 'sre');
      const entry = { action, by: `key:${caller}`, outcome };
      for (const { actions } of data.nodes as readonly Json[]) expect(actions.at(-1)).toEqual(isOfTrailAlone ? undefined : entry);
    }

    test.each(mutations.map((mutation): [string, Mutation] => [mutation.name, mutation]))(
      '%s that repeats an earlier one by its key has no entry of its own: the payload names the entry of the first',
      async (_name, mutation) => {
        const { world } = audited;
        const id = mutation.possible(world);
        const prepared = { ids: [id], input: { idempotencyKey: id } };
        const [first] = listPayloads(await mutation.ask(world, 'sre', prepared), mutation);
        expect((await audited.newEntries()).at(-1)).toMatchObject({ kind: 'OUTCOME', auditId: first.auditId });
        const [again] = listPayloads(await mutation.ask(world, 'sre', prepared), mutation);
        expect(again).toEqual({ ...first, isRepeat: true });
        expect(await audited.newEntries()).toEqual([]);
      },
    );

    test.each(trackingCells)('%s when %s: the audit trail has caller, task, outcome and reasons', async (_mutation, _ending, ending) => {
      const { world } = audited;
      const { taskId, input } = await ending.prepare(audited);
      await audited.newEntries();
      const type = `${ending.mutation === 'trackTask' ? 'Track' : 'Untrack'}TaskInput!`;
      await world.graphql(
        `mutation ($input: ${type}) { ${ending.mutation}(input: $input) { errors { __typename } } }`,
        { input },
        ending.caller,
      );
      const { action, mutation, because } = ending;
      const isDone = because.length === 0;
      expect(await audited.newEntries()).toMatchObject([
        { kind: 'ASKED', caller: `key:${ending.caller}`, mutation, action, taskId, reason: null, refusedFor: isDone ? null : because },
        { kind: 'OUTCOME', outcome: isDone ? 'ACCEPTED' : 'REJECTED', because },
      ]);
    });

    test('verify finds all of it whole, and export prints what the route serves', async () => {
      const lines = await audited.lines();
      expect(lines.length).toBeGreaterThan(2 * cells.length);
      expect(await verifyAuditTrail(store.audit)).toMatchObject({ kind: 'whole', head: { position: lines.length } });
      if (settings.kind === 'memory') return;
      expect((await runAudit('verify', settings)).out).toEqual([expect.stringMatching(`^The ${lines.length} entries are intact`)]);
      expect(await runAudit('export', settings)).toEqual({ code: 0, out: lines });
    });
  });
}
