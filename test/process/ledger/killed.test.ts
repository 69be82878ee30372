import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { describeWith } from '../../support/with-tool.js';
import { buildChildGateway, type ChildGateway, startChildGateway } from './child-gateway.js';
import { moments, muchLater } from './moments.js';
import { Site } from '../../ledger/site.js';
import { durableStores, type StoreMaker } from '../../ledger/stores.js';

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
      await site.closeGateways();
    });
    afterAll(async () => {
      await site.close();
      await maker.stop();
    });

    test.each(moments)(
      '$when $method loses nothing that it acknowledged and sends nothing twice',
      async ({ method, when, sent, again }) => {
        const store = await maker.newStore();
        const death = { method, when };
        child = await startChildGateway({ configuration: site.configuration(store), store, death });
        const localId = site.catalog.addTask({ package_slug: 'nginx' });
        expect((await child.client.track(localId)).errors).toEqual([]);
        const input = { id: site.failedTask(), idempotencyKey: 'k' };
        await expect(child.client.retry(input)).rejects.toThrow();
        expect(await child.ended).toBe('SIGKILL');
        expect(site.sent(input.id)).toHaveLength(sent[0]);

        const gateway = await site.gateway(store, () => Date.now() + muchLater);
        expect((await gateway.listed()).ids).toContain(`catalog:${localId}`);
        expect(await gateway.retry(input)).toMatchObject(again);
        expect(await gateway.retry(input)).toMatchObject({ outcome: again.outcome, isRepeat: true });
        expect(site.sent(input.id)).toHaveLength(sent[1]);
      },
    );
  });
}
