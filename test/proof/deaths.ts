import { Site } from '../ledger/site.js';
import { type StoreKind } from '../ledger/stores.js';
import { buildChildGateway, startChildGateway } from '../process/ledger/child-gateway.js';
import { moments, muchLater } from '../process/ledger/moments.js';

/** What came of killing gateways in one kind of store. */
export interface Deaths {
  readonly kills: number;
  /** Keys under which the plane was asked more than once. */
  readonly doubled: number;
  /** What was told afterwards and is not so, in words. */
  readonly wrong: readonly string[];
}

/** Kills a gateway (-9) before and after each step of its journal, so many times, and asks another one with the same key. */
export async function killEverywhere({ kind, start }: StoreKind, times: number): Promise<Deaths> {
  const [maker, site] = await Promise.all([start(), Site.start(), buildChildGateway()]);
  let doubled = 0;
  const wrong: string[] = [];
  const all = Array.from({ length: times }, () => moments).flat();
  for (const { method, when, sent, again } of all) {
    const store = await maker.newStore();
    const child = await startChildGateway({ configuration: site.configuration(store), store, death: { method, when } });
    const input = { id: site.failedTask(), idempotencyKey: 'k' };
    await child.client.retry(input).catch(() => null);
    await child.ended;
    const gateway = await site.gateway(store, () => Date.now() + muchLater);
    const answers = [await gateway.retry(input), await gateway.retry(input)];
    const told = answers.map(({ outcome, isRepeat }) => `${outcome}${isRepeat ? ' again' : ''}`).join(', ');
    const due = `${again.outcome}${again.isRepeat ? ' again' : ''}, ${again.outcome} again`;
    const asked = site.sent(input.id).length;
    if (asked > 1) doubled += 1;
    if (told !== due || asked !== sent[1])
      wrong.push(`${kind}, killed ${when} ${method}: ${told}, asked ${asked} times; due: ${due}, ${sent[1]}`);
    await site.closeGateways();
  }
  await site.close();
  await maker.stop();
  return { kills: all.length, doubled, wrong };
}
