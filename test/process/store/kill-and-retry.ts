import type { Site } from '../../store/site.js';
import type { StoreSettings } from '../../../src/store/store.js';
import type { Json } from '../../support/post.js';
import { type ChildGateway, startChildGateway } from './child-gateway.js';
import { type KillPoint, longAfter } from './kill-points.js';

/** A retry, as it is asked for again. */
export interface KeyedRetry {
  readonly id: string;
  readonly idempotencyKey: string;
}

/** Who is killed there, and what comes of it. */
export interface CrashingGatewayOptions {
  readonly site: Site;
  readonly store: StoreSettings;
  readonly moment: KillPoint;
}

/** Starts the gateway that is to die; its plane shows an action as soon as it has taken it where only that leads to the moment. */
export async function startCrashingGateway({ site, store, moment }: CrashingGatewayOptions): Promise<ChildGateway> {
  if (moment.method === 'unlockTask' || moment.next !== undefined) site.showRetriesAtOnce();
  const { method, when } = moment;
  return startChildGateway({ configuration: site.configuration(store), store, crashPoint: { method, when } });
}

/** Lets the one that starts behind it die, where there is one, and asks the next one twice. */
export async function retryAfterCrash({ site, store, moment }: CrashingGatewayOptions, input: KeyedRetry): Promise<readonly Json[]> {
  if (moment.next !== undefined) {
    const second = { configuration: site.configuration(store), store, crashPoint: moment.next, aheadMs: longAfter };
    // It may die before it says that it listens.
    await startChildGateway(second).then(
      ({ ended }) => ended,
      () => null,
    );
  }
  const gateway = await site.gateway(store, () => Date.now() + longAfter);
  let answer = await gateway.retry(input);
  // What is found out by reading takes its time; until then UNKNOWN is true.
  for (let count = 0; moment.next !== undefined && answer.outcome === 'UNKNOWN' && count < 200; count++)
    answer = await gateway.retry(input);
  return [answer, await gateway.retry(input)];
}
