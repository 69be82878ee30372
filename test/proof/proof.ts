import { vcf } from '../../src/sources/vcf/index.js';
import { anonymous } from '../../src/task/caller.js';
import { Gateway } from '../../src/task/gateway.js';
import { inOrder } from '../../src/task/in-order.js';
import type { Ledger } from '../../src/task/ledger.js';
import type { Source } from '../../src/task/source/source.js';
import { timerScheduler } from '../../src/task/watch/timer-scheduler.js';
import { Random } from '../../src/simulation/random.js';
import { connectionTo } from '../support/connection.js';
import { noLog } from '../support/no-log.js';
import { allClients, type Answer, type Ask, type Clients, request } from './clients.js';
import { type Door, type Fault, faults, noFault, refusals } from './faults.js';
import { judge } from './oracle.js';
import { ProofPlane, type ProofTask } from './proof-plane.js';
import { Tally } from './tally.js';

export interface ProofOptions {
  readonly seed: number;
  /** So many actions are asked for at least that meet a fault. */
  readonly actions: number;
  readonly planes: number;
  /** Tasks of one plane in one round. */
  readonly tasksEach: number;
  /** Milliseconds that a plane has for one action; a silent one takes all of them. */
  readonly timeoutMs: number;
  /** Two of them with one store, as two processes have them. */
  readonly openLedgers: (now: () => number) => Promise<readonly [Ledger, Ledger]>;
  /** Stands between the gateway and its source; the test of the test breaks something here. */
  readonly between?: (source: Source, random: Random) => Source;
}

/** Tasks of one plane that clients act on at the same time. */
const atOnce = 6;

/** Milliseconds from one round to the next, by the clock of the gateways: locks and pauses are over then. */
const roundMs = 600_000;

/** Two gateways with one store, and planes that break: rounds of tasks, each judged by what its plane has written down. */
export async function prove({ seed, actions, planes: count, tasksEach, timeoutMs, openLedgers, between }: ProofOptions): Promise<Tally> {
  const random = Random.named(seed, 'proof');
  const tally = new Tally();
  const clock = { ahead: 0 };
  const now = (): number => Date.now() + clock.ahead;
  const planes = await Promise.all(Array.from({ length: count }, () => ProofPlane.start()));
  const ledgers = await openLedgers(now);
  const gateways = ledgers.map((ledger) => {
    const sources = planes.map(({ url }, index) => {
      const connection = connectionTo(url, { name: `p${index}`, now, timeoutMs, random: Math.random });
      const source = vcf.create(connection, { credentials: { username: 'u', password: 'p' } });
      return {
        source: between === undefined ? source : between(source, random),
        poll: { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 },
      };
    });
    const reads = { maxAgeMs: 1_000, minAgeMs: 0 };
    const report = (error: unknown): void => tally.report(error);
    const limits = { actionsPerMinute: 0 };
    return new Gateway({ sources, ledger, reads, ...limits, now, scheduler: timerScheduler, random: Math.random, report, log: noLog });
  });
  for (let round = 0; tally.askedWithFault < actions; round++) {
    clock.ahead += roundMs;
    const begunAt = now();
    await Promise.all(
      planes.map(async (plane, index) => {
        const door = random.pick<Door>(['open', 'open', 'open', 'open', 'open', 'open', 'open', 'open', 'closed', 'rude']);
        const plan = Array.from({ length: tasksEach }, (_, place) => planned(place, tasksEach, random));
        plane.tasks.clear();
        for (const [place, { task }] of plan.entries()) plane.tasks.set(`t${place}`, task(`t${place}`));
        await plane.turn('open');
        // What reads need stands before the door closes: actions alone come with new connections.
        for (const gateway of gateways)
          await gateway
            .operation(anonymous)
            .tasks.one(`p${index}:t0`)
            .catch(() => null);
        await plane.turn(door);
        const done: { readonly id: string; readonly clients: string; readonly task: ProofTask; readonly answers: readonly Answer[] }[] = [];
        const run = async ({ clients }: Planned, place: number): Promise<void> => {
          const task = plane.tasks.get(`t${place}`);
          if (task === undefined) return;
          const id = `p${index}:t${place}`;
          const ask: Ask = (gateway, action, key) => {
            const operation = gateways[gateway]?.operation(anonymous);
            if (operation === undefined) throw new Error('There is no such gateway.');
            return request(operation.actions, id, action, key === null ? null : `${key} ${round}`);
          };
          done.push({ id, clients: clients.name, task, answers: await clients.run(ask) });
        };
        // What costs a token comes last, alone.
        const places = plan.map((one, place) => ({ one, place }));
        await inOrder(places.slice(0, -1), atOnce, ({ one, place }) => run(one, place));
        for (const { one, place } of places.slice(-1)) await run(one, place);
        await plane.turn('open');
        const records = await ledgers[0].actionsOf(done.map(({ id }) => id));
        for (const { id, clients, task, answers } of done) {
          const journal = (records.get(id) ?? []).filter(({ at }) => at >= begunAt).map(({ outcome }) => outcome);
          tally.add(clients, door, task, judge({ task, door, answers, journal }));
        }
        tally.strays += plane.strays;
        plane.strays = 0;
      }),
    );
  }
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await Promise.all(planes.map((plane) => plane.close()));
  return tally;
}

interface Planned {
  readonly clients: Clients;
  readonly task: (id: string) => ProofTask;
}

function planned(place: number, count: number, random: Random): Planned {
  const isLast = place === count - 1;
  const clients = random.pick(allClients);
  const fault: Fault = isLast ? random.pick(refusals) : random.between(1, 12) === 1 ? noFault : random.pick(faults);
  const status = clients.firstAction === 'CANCEL' && !clients.onCredentials ? 'IN_PROGRESS' : 'FAILED';
  const blindReads = random.between(0, 3) === 0 ? random.between(1, 8) : 0;
  return { clients, task: (id) => ({ id, isCredentials: clients.onCredentials, fault, blindReads, status, arrivals: [] }) };
}
