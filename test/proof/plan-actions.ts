import type { Random } from '../../src/sources/simulation/random.js';
import { allClients, type Clients } from './clients.js';
import type { ConnectionState } from './connection-states.js';
import { type Fault, noFault, refusals } from './action-faults.js';
import type { ProofTask } from './proof-plane.js';

/** A task, what goes wrong with it, and who acts on it. */
export interface PlannedAction {
  readonly clients: Clients;
  readonly task: ProofTask;
}

/** What chance decides, and what it chooses from. */
interface Dice {
  readonly random: Random;
  readonly faults: readonly Fault[];
}

/** The tasks of one plane in one round; their ids begin with `prefix`. */
export function planActions(prefix: string, count: number, dice: Dice): readonly PlannedAction[] {
  return Array.from({ length: count }, (_, place) => planned(`${prefix}-${place}`, dice, place === count - 1 ? 'last' : 'before'));
}

/** Three times of four it is open. */
export function pickConnectionState(doors: readonly ConnectionState[], random: Random): ConnectionState {
  return random.chance(0.75) ? 'open' : random.pick(doors.filter((door) => door !== 'open'));
}

function planned(id: string, { random, faults }: Dice, place: 'last' | 'before'): PlannedAction {
  const clients = random.pick(allClients);
  // What costs a token comes last, alone.
  const fault: Fault = place === 'last' ? random.pick(refusals) : random.between(1, 12) === 1 ? noFault : random.pick(faults);
  const status = clients.firstAction === 'CANCEL' && !clients.onCredentials ? 'IN_PROGRESS' : 'FAILED';
  const blindReads = random.between(0, 3) === 0 ? random.between(1, 8) : 0;
  return { clients, task: { id, isCredentials: clients.onCredentials, fault, blindReads, status, arrivals: [] } };
}
