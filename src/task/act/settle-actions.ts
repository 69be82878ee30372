import { SourceProblemError } from '../error/source-problem-error.js';
import type { CutOffAction, Ledger } from '../ledger.js';
import { parseId } from '../model/id.js';
import { isStale } from '../read/known/stale.js';
import type { View } from '../read/view/view.js';
import { provenOutcome } from './proven-outcome.js';

export interface SettleRoom {
  readonly ledger: Ledger;
  readonly views: ReadonlyMap<string, View>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An action that was cut off, and where its task lives. */
interface Placed {
  readonly action: CutOffAction;
  readonly localId: string;
}

/**
 * Reads the tasks of actions that were cut off and records what that proves. Of a task that cannot be read now nothing is recorded:
 * the next time may tell. Rejects when the ledger fails.
 */
export async function settleActions({ ledger, views, now }: SettleRoom): Promise<void> {
  for (const [view, placed] of byView(await ledger.cutOffActions(), views)) {
    const sent = placed.filter(({ action }) => action.sentFrom !== null);
    for (const { action } of placed) if (action.sentFrom === null) await ledger.settle(action.auditId, 'REJECTED', now());
    const answers = await view.read([...new Set(sent.map(({ localId }) => localId))], { since: now(), maxAgeMs: 0 });
    for (const { action, localId } of sent) {
      const task = answers.get(localId) ?? null;
      if (task instanceof SourceProblemError || (task !== null && isStale(task))) continue;
      await ledger.settle(action.auditId, provenOutcome(action, task), now());
    }
  }
}

function byView(actions: readonly CutOffAction[], views: ReadonlyMap<string, View>): ReadonlyMap<View, readonly Placed[]> {
  const groups = new Map<View, Placed[]>();
  for (const action of actions) {
    const id = parseId(action.taskId);
    const view = id?.of === 'task' ? views.get(id.sourceName) : undefined;
    if (id?.of === 'task' && view !== undefined) groups.set(view, [...(groups.get(view) ?? []), { action, localId: id.localId }]);
  }
  return groups;
}
