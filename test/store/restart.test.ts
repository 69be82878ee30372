import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { StoreSettings } from '../../src/store/store.js';
import { describeWith } from '../support/describe-with-tool.js';
import { Site } from './site.js';
import { durableStores, type StoreMaker } from './stores.js';

for (const { kind, isShared, tool, start } of durableStores) {
  describeWith(tool)(`gateways with one store in ${kind}`, () => {
    let maker: StoreMaker;
    let site: Site;
    let store: StoreSettings;
    beforeAll(async () => {
      [maker, site] = await Promise.all([start(), Site.start()]);
    });
    beforeEach(async () => {
      store = await maker.newStore();
    });
    afterEach(() => site.closeGateways());
    afterAll(async () => {
      await site.close();
      await maker.stop();
    });

    test('a tracked task is still tracked after a restart', async () => {
      const sourceTaskId = site.catalog.addTask({ package_slug: 'nginx' });
      const id = `catalog:${sourceTaskId}`;
      const first = await site.gateway(store);
      expect(await first.track(sourceTaskId)).toEqual({ task: { id }, errors: [] });
      await site.closeGateways();
      const second = await site.gateway(store);
      expect((await second.listed()).ids).toContain(id);
      expect(await second.untrack(id)).toEqual({ untrackedTaskId: id, errors: [] });
      await site.closeGateways();
      expect((await (await site.gateway(store)).listed()).ids).not.toContain(id);
    });

    test('an idempotency key from before a restart returns its record, and is refused with another input', async () => {
      const input = { id: site.failedTask(), idempotencyKey: 'k', reason: 'one' };
      const before = await (await site.gateway(store)).retry(input);
      expect(before).toMatchObject({ outcome: 'ACCEPTED', isRepeat: false });
      await site.closeGateways();
      const gateway = await site.gateway(store);
      expect(await gateway.retry(input)).toEqual({ ...before, isRepeat: true });
      expect(await gateway.retry({ ...input, reason: 'two' })).toMatchObject({ errors: [{ __typename: 'IdempotencyKeyReusedError' }] });
      expect(site.sent(input.id)).toHaveLength(1);
    });

    if (!isShared) return;

    test('of twenty concurrent requests with one key to two gateways, one is sent and nineteen repeat its result', async () => {
      const gateways = await Promise.all([site.gateway(store), site.gateway(store)]);
      const input = { id: site.failedTask(), idempotencyKey: 'k' };
      const payloads = await Promise.all(Array.from({ length: 10 }, () => gateways.map((gateway) => gateway.retry(input))).flat());
      expect(payloads.map(({ outcome }) => outcome)).toEqual(Array(20).fill('ACCEPTED'));
      expect(payloads.filter(({ isRepeat }) => isRepeat)).toHaveLength(19);
      expect(new Set(payloads.map(({ auditId }) => auditId)).size).toBe(1);
      expect(site.sent(input.id)).toHaveLength(1);
    });

    test('of twenty concurrent actions without a key on two gateways, one is sent and nineteen are refused as in progress', async () => {
      const gateways = await Promise.all([site.gateway(store), site.gateway(store)]);
      const input = { id: site.failedTask() };
      const payloads = await Promise.all(Array.from({ length: 10 }, () => gateways.map((gateway) => gateway.retry(input))).flat());
      expect(payloads.filter(({ outcome }) => outcome === 'ACCEPTED')).toHaveLength(1);
      const codes = payloads.flatMap(({ errors }) => errors).flatMap(({ blockers }) => blockers.map(({ code }: { code: string }) => code));
      expect(codes.filter((code) => code === 'ALREADY_IN_PROGRESS')).toHaveLength(19);
      expect(site.sent(input.id)).toHaveLength(1);
    });

    test('an action of one gateway locks the task for the other until its status changes', async () => {
      let later = 0;
      const [one, other] = await Promise.all([site.gateway(store), site.gateway(store, () => Date.now() + later)]);
      const input = { id: site.failedTask() };
      expect(await one.retry(input)).toMatchObject({ outcome: 'ACCEPTED' });
      expect(await other.retry(input)).toMatchObject({ outcome: 'REJECTED' });
      site.vcf.setTask(input.id.slice('vcf:'.length), { status: 'IN_PROGRESS', isCancellable: true });
      // What it has read a moment ago will no longer do.
      later = 2_000;
      expect(await other.cancel(input.id)).toMatchObject({ outcome: 'ACCEPTED' });
      expect(site.sent(input.id)).toHaveLength(1);
    });
  });
}
