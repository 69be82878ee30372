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

/** The random numbers, and the faults to choose from. */
interface PlanOptions {
  readonly random: Random;
  readonly faults: readonly Fault[];
}

/** The tasks of one plane in one round; their ids begin with `prefix`. */
export function planActions(prefix: string, count: number, options: PlanOptions): readonly PlannedAction[] {
  return Array.from({ length: count }, (_, place) => planAction(`${prefix}-${place}`, options, place === count - 1 ? 'last' : 'before'));
}

/** Open in three of four rounds. */
export function pickConnectionState(connections: readonly ConnectionState[], random: Random): ConnectionState {
  return random.chance(0.75) ? 'open' : random.pick(connections.filter((connection) => connection !== 'open'));
}

function planAction(id: string, { random, faults }: PlanOptions, place: 'last' | 'before'): PlannedAction {
  const clients = random.pick(allClients);
  // A fault that takes a token comes last, alone.
  const fault: Fault = place === 'last' ? random.pick(refusals) : random.between(1, 12) === 1 ? noFault : random.pick(faults);
  const status = clients.firstAction === 'CANCEL' && !clients.onCredentials ? 'IN_PROGRESS' : 'FAILED';
  const blindReads = random.between(0, 3) === 0 ? random.between(1, 8) : 0;
  return { clients, task: { id, isCredentials: clients.onCredentials, fault, blindReads, status, arrivals: [] } };
}
