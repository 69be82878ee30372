import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { describeWith } from '../../support/describe-with-tool.js';
import { buildChildGateway, type ChildGateway } from './child-gateway.js';
import { retryAfterCrash, startCrashingGateway } from './kill-and-retry.js';
import { type KillPoint, killPoints, longAfter } from './kill-points.js';
import { Site } from '../../store/site.js';
import { durableStores, type StoreMaker } from '../../store/stores.js';

const beforeRelease: KillPoint = {
  method: 'unlockTask',
  when: 'before',
  sent: [1, 1],
  again: { outcome: 'ACCEPTED', isRepeat: true, errors: [] },
};

for (const { kind, tool, start } of durableStores) {
  describeWith(tool)(`a gateway with a store in ${kind} that is killed`, () => {
    let maker: StoreMaker;
    let site: Site;
    let child: ChildGateway | undefined;
    beforeAll(async () => {
      [maker, site] = await Promise.all([start(), Site.start(), buildChildGateway()]);
    });
    afterEach(async () => {
      child?.kill();
      site.vcf.server.fault = null;
      await site.closeGateways();
    });
    afterAll(async () => {
      await site.close();
      await maker.stop();
    });

    test.each(killPoints.map((moment) => ({ moment, name: nameOf(moment) })))(
      '$name loses nothing that it acknowledged and sends no action twice',
      async ({ moment }) => {
        const store = await maker.newStore();
        child = await startCrashingGateway({ site, store, moment });
        const sourceTaskId = site.catalog.addTask({ package_slug: 'nginx' });
        expect((await child.client.track(sourceTaskId)).errors).toEqual([]);
        const input = { id: site.failedTask(), idempotencyKey: 'k' };
        await expect(child.client.retry(input)).rejects.toThrow();
        expect(await child.ended).toBe('SIGKILL');
        expect(site.sent(input.id)).toHaveLength(moment.sent[0]);

        const [answer, repeat] = await retryAfterCrash({ site, store, moment }, input);
        expect(answer).toMatchObject(moment.again);
        expect(repeat).toMatchObject({ outcome: moment.again.outcome, isRepeat: true });
        await site.closeGateways();
        const gateway = await site.gateway(store, () => Date.now() + longAfter);
        expect((await gateway.listed()).ids).toContain(`catalog:${sourceTaskId}`);
        expect(site.sent(input.id)).toHaveLength(moment.sent[1]);
      },
    );

    test('before it releases the lock of the task does not block the next action', async () => {
      const store = await maker.newStore();
      child = await startCrashingGateway({ site, store, moment: beforeRelease });
      const id = site.failedTask();
      await expect(child.client.retry({ id })).rejects.toThrow();
      expect(await child.ended).toBe('SIGKILL');
      const gateway = await site.gateway(store);
      expect(await gateway.cancel(id)).toMatchObject({ outcome: 'ACCEPTED', errors: [] });
    });
  });
}

function nameOf({ when, method, next }: KillPoint): string {
  return [`${when} ${method}`, ...(next === undefined ? [] : [`and the next one ${next.when} ${next.method},`])].join(', ');
}
