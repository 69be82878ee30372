import { anonymous } from '../../src/gateway/access/caller.js';
import type { Gateway } from '../../src/gateway/gateway.js';
import { mapConcurrent } from '../../src/lib/map-concurrent.js';
import type { Store } from '../../src/store/store.js';
import { type Answer, type Ask, mayBeRepeated, request } from './clients.js';
import type { ConnectionState } from './connection-states.js';
import { judge } from './oracle.js';
import type { PlannedAction } from './plan-actions.js';
import type { ProofPlane, ProofTask } from './proof-plane.js';
import type { Tally } from './tally.js';

export interface Round {
  readonly connection: ConnectionState;
  readonly plan: readonly PlannedAction[];
}

export interface RoundContext {
  readonly plane: ProofPlane;
  readonly sourceName: string;
  readonly gateways: readonly Gateway[];
  readonly store: Store;
  readonly tally: Tally;
}

/** A task that was acted on. */
interface Done {
  readonly id: string;
  readonly clients: string;
  readonly task: ProofTask;
  readonly answers: readonly Answer[];
}

/** Tasks of one plane that clients act on at the same time. */
const concurrency = 6;

/** Time after which a circuit breaker lets a probe through, in milliseconds. */
const longestPauseMs = 61_000;

/** Acts on the tasks of one plane in a connection state, then once more with open connections where a repetition is allowed. */
export async function runRound({ connection, plan }: Round, context: RoundContext): Promise<void> {
  const { plane, gateways, store, tally, sourceName } = context;
  const asking = (id: string): Ask => {
    // Each task has callers of its own: of one caller's refusals only the first hundred of an hour are in the journal.
    const caller = { ...anonymous, id: `caller of ${id}` };
    return (gateway, action, key) => {
      const operation = gateways[gateway]?.createOperation(caller);
      if (operation === undefined) throw new Error('There is no such gateway.');
      return request(operation.actions, id, action, key);
    };
  };
  const outcomes = async (tasks: readonly Done[]): Promise<ReadonlyMap<string, readonly string[]>> => {
    const records = await store.actions.readActions(tasks.map(({ id }) => id));
    return new Map([...records].map(([id, all]) => [id, all.map(({ outcome }) => outcome)]));
  };

  plane.tasks.clear();
  for (const { task } of plan) plane.tasks.set(task.id, task);
  await plane.turn('open');
  await warmUpValidation(plan, context);
  await plane.turn(connection);
  const done: Done[] = [];
  const run = async ({ clients, task }: PlannedAction): Promise<void> => {
    const id = `${sourceName}:${task.id}`;
    // An open circuit breaker would leave nothing to prove in this connection state.
    if (connection !== 'open') plane.skip(longestPauseMs);
    done.push({ id, clients: clients.name, task, answers: await clients.run(asking(id)) });
  };
  await mapConcurrent(plan.slice(0, -1), concurrency, run);
  for (const one of plan.slice(-1)) await run(one);
  await plane.turn('open');
  const journal = await outcomes(done);
  for (const { id, clients, task, answers } of done) {
    tally.add(clients, connection, task, judge({ task, connection, answers, journal: journal.get(id) ?? [] }));
  }

  const repeatable = done.filter(({ answers }) => connection !== 'open' && answers.some(mayBeRepeated) && answers.every(isRejected));
  plane.skip(longestPauseMs);
  await warmUpValidation(plan, context);
  const again = await mapConcurrent(repeatable, concurrency, async (one) => {
    const [first] = one.answers;
    return { ...one, answers: first === undefined ? [] : [await asking(one.id)(1, first.action, 'again')] };
  });
  const later = await outcomes(again);
  for (const { id, task, answers } of again) {
    const own = (later.get(id) ?? []).slice(journal.get(id)?.length ?? 0);
    tally.add('again, over open connections', 'open', task, judge({ task, connection: 'open', answers, journal: own }));
  }
  tally.redirectedRequests += plane.redirectedRequests;
  plane.redirectedRequests = 0;
}

/** Establishes the connections of reads before new ones fail, so that only actions open new ones. It also closes the circuit breaker. */
async function warmUpValidation(plan: Round['plan'], { gateways, sourceName }: RoundContext): Promise<void> {
  for (const gateway of gateways) {
    for (const { task } of plan.slice(0, 2)) {
      await gateway
        .createOperation(anonymous)
        .nodes.task(`${sourceName}:${task.id}`)
        .catch(() => null);
    }
  }
}

function isRejected({ outcome }: Answer): boolean {
  return outcome === 'REJECTED';
}
