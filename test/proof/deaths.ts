import { Site } from '../ledger/site.js';
import { type StoreKind } from '../ledger/stores.js';
import { buildChildGateway } from '../process/ledger/child-gateway.js';
import { askBehind, startDying } from '../process/ledger/die-at.js';
import { moments } from '../process/ledger/moments.js';

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
  for (const moment of all) {
    const { method, when, next, sent, again } = moment;
    const dying = { site, store: await maker.newStore(), moment };
    const child = await startDying(dying);
    const input = { id: site.failedTask(), idempotencyKey: 'k' };
    await child.client.retry(input).catch(() => null);
    await child.ended;
    const answers = await askBehind(dying, input);
    const told = answers.map(({ outcome, isRepeat }) => `${outcome}${isRepeat ? ' again' : ''}`).join(', ');
    const due = `${again.outcome}${again.isRepeat ? ' again' : ''}, ${again.outcome} again`;
    const asked = site.sent(input.id).length;
    if (asked > 1) doubled += 1;
    if (told !== due || asked !== sent[1])
      wrong.push(
        `${kind}, killed ${when} ${method}${next === undefined ? '' : `, then ${next.when} ${next.method}`}: ${told}, asked ${asked} times; due: ${due}, ${sent[1]}`,
      );
    site.vcf.server.fault = null;
    await site.closeGateways();
  }
  await site.close();
  await maker.stop();
  return { kills: all.length, doubled, wrong };
}
