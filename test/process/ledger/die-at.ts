import type { Site } from '../../ledger/site.js';
import type { Store } from '../../../src/ledger/open-ledger.js';
import type { Json } from '../../support/post.js';
import { type ChildGateway, startChildGateway } from './child-gateway.js';
import { type Moment, muchLater } from './moments.js';

/** A retry, as it is asked for again. */
export interface KeyedRetry {
  readonly id: string;
  readonly idempotencyKey: string;
}

/** Who is killed there, and what comes of it. */
export interface Dying {
  readonly site: Site;
  readonly store: Store;
  readonly moment: Moment;
}

/** Starts the gateway that is to die; its plane shows an action as soon as it has taken it where only that leads to the moment. */
export async function startDying({ site, store, moment }: Dying): Promise<ChildGateway> {
  if (moment.method === 'releaseTask' || moment.next !== undefined) site.showRetriesAtOnce();
  const { method, when } = moment;
  return startChildGateway({ configuration: site.configuration(store), store, death: { method, when } });
}

/** Lets the one that starts behind it die, where there is one, and asks the next one twice. */
export async function askBehind({ site, store, moment }: Dying, input: KeyedRetry): Promise<readonly Json[]> {
  if (moment.next !== undefined) {
    const second = { configuration: site.configuration(store), store, death: moment.next, aheadMs: muchLater };
    // It may die before it says that it listens.
    await startChildGateway(second).then(
      ({ ended }) => ended,
      () => null,
    );
  }
  const gateway = await site.gateway(store, () => Date.now() + muchLater);
  let answer = await gateway.retry(input);
  // What is found out by reading takes its time; until then UNKNOWN is true.
  for (let count = 0; moment.next !== undefined && answer.outcome === 'UNKNOWN' && count < 200; count++)
    answer = await gateway.retry(input);
  return [answer, await gateway.retry(input)];
}
