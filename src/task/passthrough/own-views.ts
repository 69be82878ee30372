import { createHmac, randomBytes } from 'node:crypto';

import type { Caller } from '../caller.js';
import type { PolledView } from '../watch/polled-view.js';
import type { Cancel, Scheduler } from '../watch/scheduler.js';

export interface OwnViewsOptions {
  /** A view of the source for one caller with their own token: nothing of it is shared with anybody. */
  readonly create: (token: string) => PolledView;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
}

interface OwnView {
  readonly callerId: string;
  readonly polled: PolledView;
  readonly usedAt: number;
}

/** What nobody used or watched for so long is forgotten, with the token in it. In milliseconds. */
const idleMs = 600_000;

/** So many tokens are remembered of one caller, and of all; the longest unused goes first. What is watched stays. */
const mostOfCaller = 8;
const most = 1_000;

/**
 * The views of one source whose callers bring their own tokens: one for each caller and token. View, loaders, reads under way and
 * poller belong to one of them alone, so that nobody is ever shown what another token brought.
 */
export class OwnViews {
  readonly #options: OwnViewsOptions;
  /** By a keyed hash of caller and token; the one that was used last comes last. */
  readonly #views = new Map<string, OwnView>();
  readonly #hashKey = randomBytes(32);
  #cancelSweep: Cancel | null = null;

  constructor(options: OwnViewsOptions) {
    this.#options = options;
  }

  of({ id }: Caller, token: string): PolledView {
    const key = createHmac('sha256', this.#hashKey)
      .update(JSON.stringify([id, token]))
      .digest('hex');
    const polled = this.#views.get(key)?.polled ?? this.#options.create(token);
    this.#views.delete(key);
    this.#views.set(key, { callerId: id, polled, usedAt: this.#options.now() });
    this.#dropBeyond(
      [...this.#views].filter(([, { callerId }]) => callerId === id),
      mostOfCaller,
    );
    this.#dropBeyond([...this.#views], most);
    this.#cancelSweep ??= this.#options.scheduler.after(idleMs, () => this.#sweep());
    return polled;
  }

  get size(): number {
    return this.#views.size;
  }

  async close(): Promise<void> {
    this.#cancelSweep?.();
    await Promise.all([...this.#views.values()].map(({ polled }) => polled.view.source.close()));
    this.#views.clear();
  }

  #sweep(): void {
    const { now, scheduler } = this.#options;
    for (const [key, view] of this.#views) if (now() - view.usedAt >= idleMs) this.#drop(key, view);
    this.#cancelSweep = this.#views.size === 0 ? null : scheduler.after(idleMs, () => this.#sweep());
  }

  #dropBeyond(views: readonly (readonly [string, OwnView])[], limit: number): void {
    for (const [key, view] of views.slice(0, Math.max(0, views.length - limit))) this.#drop(key, view);
  }

  #drop(key: string, { polled: { view } }: OwnView): void {
    if (view.changes.listenerCount > 0) return;
    this.#views.delete(key);
    void view.source.close();
  }
}
