import { Site } from '../store/site.js';
import { type StoreKind } from '../store/stores.js';
import { buildChildGateway } from '../process/store/child-gateway.js';
import { retryAfterCrash, startCrashingGateway } from '../process/store/kill-and-retry.js';
import { killPoints } from '../process/store/kill-points.js';

/** What came of killing gateways in one kind of store. */
export interface KillResults {
  readonly kills: number;
  /** Keys with which more than one request reached the plane. */
  readonly doubled: number;
  /** The wrong reports after a restart, as text. */
  readonly wrong: readonly string[];
}

/** Kills a gateway (-9) before and after each step of its journal, so many times, and asks another one with the same key. */
export async function killAtEveryPoint({ kind, start }: StoreKind, times: number): Promise<KillResults> {
  const [maker, site] = await Promise.all([start(), Site.start(), buildChildGateway()]);
  let doubled = 0;
  const wrong: string[] = [];
  const all = Array.from({ length: times }, () => killPoints).flat();
  for (const moment of all) {
    const { method, when, next, sent, again } = moment;
    const dying = { site, store: await maker.newStore(), moment };
    const child = await startCrashingGateway(dying);
    const input = { id: site.failedTask(), idempotencyKey: 'k' };
    await child.client.retry(input).catch(() => null);
    await child.ended;
    const answers = await retryAfterCrash(dying, input);
    const reported = answers.map(({ outcome, isRepeat }) => `${outcome}${isRepeat ? ' again' : ''}`).join(', ');
    const due = `${again.outcome}${again.isRepeat ? ' again' : ''}, ${again.outcome} again`;
    const requested = site.sent(input.id).length;
    if (requested > 1) doubled += 1;
    if (reported !== due || requested !== sent[1])
      wrong.push(
        `${kind}, killed ${when} ${method}${next === undefined ? '' : `, then ${next.when} ${next.method}`}: ${reported}, requested ${requested} times; due: ${due}, ${sent[1]}`,
      );
    site.vcf.server.fault = null;
    await site.closeGateways();
  }
  await site.close();
  await maker.stop();
  return { kills: all.length, doubled, wrong };
}
