import { ActionGuard } from './act/action-guard.js';
import { Actions } from './act/actions.js';
import { Idempotency } from './act/idempotency.js';
import type { ActionRoom } from './act/action-room.js';
import { Tracking } from './act/tracking.js';
import type { Caller } from './caller.js';
import type { Ledger } from './ledger.js';
import type { Log } from './log.js';
import { Reader } from './read/reader.js';
import { TaskLists } from './read/task-lists.js';
import { Tasks } from './read/tasks.js';
import { View } from './read/view.js';
import { SourceHealth } from './source/source-health.js';
import type { Source } from './source/source.js';

/** One configured source, and how often its unfinished tasks are worth asking for. */
export interface ConfiguredSource {
  readonly source: Source;
  /** Milliseconds between two looks at an unfinished task. */
  readonly activeMs: number;
}

export interface GatewayOptions {
  /** In the order of the configuration. */
  readonly sources: readonly ConfiguredSource[];
  readonly ledger: Ledger;
  /** Milliseconds; see the configuration's `reads`. */
  readonly reads: { readonly maxAgeMs: number; readonly minAgeMs: number };
  /** Milliseconds since 1970, as Date.now. */
  readonly now: () => number;
  /** What went wrong inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
  /** How sources answer, and what became of actions. */
  readonly log: Log;
}

/** What resolvers work with: reading and acting for one caller, one operation long. */
export interface Operation {
  readonly tasks: Tasks;
  readonly lists: TaskLists;
  readonly actions: Actions;
  readonly tracking: Tracking;
}

/** All that outlives an operation: what is known of every source, actions under way, and the ledger. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #views: ReadonlyMap<string, View>;
  readonly #guard: ActionGuard;
  readonly #idempotency: Idempotency;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { sources, ledger, now, report, log } = options;
    this.#views = new Map(
      sources.map(({ source }) => {
        const health = new SourceHealth(source.name, log);
        return [source.name, new View({ source, health, trackedIds: () => ledger.trackedIds(source.name), now, report })];
      }),
    );
    this.#guard = new ActionGuard(now);
    this.#idempotency = new Idempotency(ledger, report);
  }

  operation(caller: Caller): Operation {
    const { ledger, now, report, log, reads, sources } = this.#options;
    const pollAfterMs = new Map(sources.map(({ source, activeMs }) => [source.name, activeMs]));
    const maxAgeMs = Math.max(reads.maxAgeMs, reads.minAgeMs);
    const reader = new Reader({ views: this.#views, caller, since: now(), reads });
    const room: ActionRoom = { views: this.#views, caller, ledger, guard: this.#guard, now, maxAgeMs, report, log };
    return {
      tasks: new Tasks(reader, pollAfterMs),
      lists: new TaskLists(reader),
      actions: new Actions(room, this.#idempotency),
      tracking: new Tracking(room),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#options.sources.map(({ source }) => source.close()));
    await this.#options.ledger.close();
  }
}
