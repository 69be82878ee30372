import { vcf } from '../../src/sources/vcf/vcf-source.js';
import { Gateway } from '../../src/gateway/gateway.js';
import type { Store } from '../../src/store/store.js';
import type { Source, SourceActions } from '../../src/sources/source.js';
import { timerScheduler } from '../../src/lib/scheduler.js';
import { Random } from '../../src/sources/simulation/random.js';
import { anyNumberOfActions } from '../support/doubles/no-limits.js';
import { createSourceSettings } from '../support/source-settings.js';
import { noLog } from '../support/doubles/no-log.js';
import { withOverrides } from '../support/doubles/with-overrides.js';
import { hangMs } from '../support/wait-until.js';
import type { ConnectionState } from './connection-states.js';
import { type Fault, faults as allFaults } from './action-faults.js';
import { pickConnectionState, planActions } from './plan-actions.js';
import type { ProofPlane } from './proof-plane.js';
import { ProofSite } from './proof-site.js';
import { runRound } from './round.js';
import { Tally } from './tally.js';

/** Picks the state of new connections to a plane for one round. */
export type PickConnection = (connections: readonly ConnectionState[], random: Random) => ConnectionState;

export interface ProofOptions {
  readonly seed: number;
  /** Least number of actions that meet a fault. */
  readonly actions: number;
  readonly planes: number;
  /** Tasks of one plane in one round. */
  readonly tasksEach: number;
  /**
   * Milliseconds that a plane has for one action; a silent one takes all of them. `until silent`: the deadline of an action
   * passes as soon as its plane has fallen silent, so that no machine is too slow for it, and nothing waits for it.
   */
  readonly timeoutMs: number | 'until silent';
  /** Two of them with one store, as two processes have them. */
  readonly openStores: (now: () => number) => Promise<readonly [Store, Store]>;
  /** Absent: most of the time connections are open. */
  readonly pickConnection?: PickConnection;
  /** What can go wrong with an action; absent: everything. */
  readonly faults?: readonly Fault[];
  /** Wraps each source; the test of the proof seeds a bug here. */
  readonly wrapSource?: (source: Source) => Source;
}

/** A source whose actions are sent in another way than by itself. */
export function withAct(source: Source, act: SourceActions['act']): Source {
  return withOverrides(source, { actions: { ...source.actions, act } });
}

/** The deadline of an action passes when its plane has got it and falls silent. */
function withDeadlineUntilSilent(source: Source, plane: ProofPlane): Source {
  return withAct(source, async (command, task, signal) => {
    const deadline = new AbortController();
    const listener = (taskId: string): void => {
      if (taskId === task.sourceTaskId) deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    };
    plane.onSilence.add(listener);
    try {
      return await source.actions.act(command, task, AbortSignal.any([signal, deadline.signal]));
    } finally {
      plane.onSilence.delete(listener);
    }
  });
}

/** Milliseconds from one round of a plane to the next, by the clock that pauses are measured with: those after a refused token, too, are over then. */
const roundMs = 600_000;

/** Two gateways with one store, and planes that break, each in rounds of its own: tasks, each judged by what its plane has written down. */
export async function prove(options: ProofOptions): Promise<Tally> {
  const {
    seed,
    actions,
    planes: count,
    tasksEach,
    timeoutMs,
    openStores,
    pickConnection = pickConnectionState,
    faults = allFaults,
    wrapSource,
  } = options;
  const tally = new Tally();
  const site = await ProofSite.start(count);
  const stores = await openStores(Date.now);
  const gateways = stores.map((store) => {
    const sources = site.planes.map((plane, index) => {
      const settings = createSourceSettings(plane.url, {
        name: `p${index}`,
        monotonic: () => performance.now() + plane.skippedMs,
        timeoutMs: timeoutMs === 'until silent' ? hangMs : timeoutMs,
        random: Math.random,
        tls: site.authority === undefined ? {} : { ca: site.authority },
      });
      const created = vcf.create(settings, { credentials: { username: 'u', password: 'p' } });
      const source = timeoutMs === 'until silent' ? withDeadlineUntilSilent(created, plane) : created;
      return {
        source: wrapSource === undefined ? source : wrapSource(source),
        poll: { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 },
      };
    });
    const reads = { maxAgeMs: 1_000, maxAgeFloorMs: 0, waitMs: 500 };
    const report = (error: unknown): void => tally.report(error);
    return new Gateway({
      sources,
      store,
      reads,
      limits: anyNumberOfActions,
      clock: { now: Date.now, scheduler: timerScheduler, random: Math.random },
      log: { ...noLog, internalError: report },
    });
  });
  await Promise.all(
    site.planes.map(async (plane, index) => {
      const own = Random.named(seed, `plane ${index}`);
      for (let round = 0; tally.requestedWithFault < actions; round++) {
        plane.skip(roundMs);
        const context = { plane, sourceName: `p${index}`, gateways, store: stores[0], tally };
        await runRound(
          { connection: pickConnection(plane.connections, own), plan: planActions(`r${round}`, tasksEach, { random: own, faults }) },
          context,
        );
      }
    }),
  );
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await site.close();
  return tally;
}
