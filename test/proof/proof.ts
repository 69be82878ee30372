import { vcf } from '../../src/sources/vcf/index.js';
import { Gateway } from '../../src/task/gateway.js';
import type { Ledger } from '../../src/task/ledger.js';
import type { Source } from '../../src/task/source/source.js';
import { timerScheduler } from '../../src/task/watch/timer-scheduler.js';
import { Random } from '../../src/simulation/random.js';
import { connectionTo } from '../support/connection.js';
import { noLog } from '../support/no-log.js';
import type { Door } from './doors.js';
import { pickAnyDoor, planOf } from './planned.js';
import { ProofSite } from './proof-site.js';
import { runRound } from './round.js';
import { Tally } from './tally.js';

/** One of the doors that a plane can have. */
export type PickDoor = (doors: readonly Door[], random: Random) => Door;

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
  /** Which door a plane has for a round; absent: most of the time an open one. */
  readonly pickDoor?: PickDoor;
  /** Stands between the gateway and its source; the test of the test breaks something here. */
  readonly between?: (source: Source, random: Random) => Source;
}

/** Milliseconds from one round of a plane to the next, by the clock that pauses are measured with: those after a refused token, too, are over then. */
const roundMs = 600_000;

/** Two gateways with one store, and planes that break, each in rounds of its own: tasks, each judged by what its plane has written down. */
export async function prove(options: ProofOptions): Promise<Tally> {
  const { seed, actions, planes: count, tasksEach, timeoutMs, openLedgers, pickDoor = pickAnyDoor, between } = options;
  const random = Random.named(seed, 'proof');
  const tally = new Tally();
  const site = await ProofSite.start(count);
  const ledgers = await openLedgers(Date.now);
  const gateways = ledgers.map((ledger) => {
    const sources = site.planes.map((plane, index) => {
      const connection = connectionTo(plane.url, {
        name: `p${index}`,
        steady: () => performance.now() + plane.skippedMs,
        timeoutMs,
        random: Math.random,
        tls: site.authority === undefined ? {} : { ca: site.authority },
      });
      const source = vcf.create(connection, { credentials: { username: 'u', password: 'p' } });
      return {
        source: between === undefined ? source : between(source, random),
        poll: { activeMs: 5_000, idleMs: 30_000, fullMs: 60_000 },
      };
    });
    const reads = { maxAgeMs: 1_000, minAgeMs: 0 };
    const report = (error: unknown): void => tally.report(error);
    return new Gateway({
      sources,
      ledger,
      reads,
      report,
      actionsPerMinute: 0,
      now: Date.now,
      scheduler: timerScheduler,
      random: Math.random,
      log: noLog,
    });
  });
  await Promise.all(
    site.planes.map(async (plane, index) => {
      const own = Random.named(seed, `plane ${index}`);
      for (let round = 0; tally.askedWithFault < actions; round++) {
        plane.skip(roundMs);
        const room = { plane, sourceName: `p${index}`, gateways, ledger: ledgers[0], tally };
        await runRound({ door: pickDoor(plane.doors, own), plan: planOf(`r${round}`, tasksEach, own) }, room);
      }
    }),
  );
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await site.close();
  return tally;
}
