import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { describeWith } from '../../support/with-tool.js';
import { buildChildGateway, type ChildGateway, startChildGateway } from './child-gateway.js';
import type { Death } from './dying-gateway.js';
import { Site } from '../../ledger/site.js';
import { durableStores, type StoreMaker } from '../../ledger/stores.js';

interface Moment extends Death {
  /** How often the plane was asked when the process died, and when the same key has come again. */
  readonly sent: readonly [number, number];
  readonly again: { readonly outcome: string; readonly isRepeat: boolean; readonly errors: readonly { readonly __typename: string }[] };
}

const first = { outcome: 'ACCEPTED', isRepeat: false, errors: [] };
const repeated = { outcome: 'ACCEPTED', isRepeat: true, errors: [] };
const unknown = { outcome: 'UNKNOWN', isRepeat: true, errors: [{ __typename: 'TaskOutcomeUnknownError' }] };

const moments: readonly Moment[] = [
  { method: 'claimAnswer', when: 'before', sent: [0, 1], again: first },
  { method: 'claimAnswer', when: 'after', sent: [0, 1], again: first },
  { method: 'recordIntent', when: 'after', sent: [0, 0], again: unknown },
  { method: 'holdTask', when: 'after', sent: [0, 0], again: unknown },
  { method: 'recordOutcome', when: 'before', sent: [1, 1], again: unknown },
  { method: 'recordOutcome', when: 'after', sent: [1, 1], again: repeated },
  { method: 'keepAnswer', when: 'before', sent: [1, 1], again: repeated },
  { method: 'keepAnswer', when: 'after', sent: [1, 1], again: repeated },
];

/** Later than any action that was under way can still be. In milliseconds. */
const muchLater = 3_600_000;

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
