import { Random } from '../../simulation/random.js';
import type { AstraState } from '../task.js';
import { appBackup, clone, discovery, type OperationKind, operationKinds, restore, snapshot } from './operation-kinds.js';
import { buildScript, findStateStartMs, type OperationScenario } from './operation-script.js';
import { type OperationVariant, SimulatedOperation } from './simulated-operation.js';
import type { SimulatedAstraTasks } from './task-store.js';

/**
 * The plane keeps at most this many tasks, without those of tests: the oldest finished ones are removed for new ones.
 */
const maxTasks = 60;

/** No operation is started while this many are running. */
const targetRunning = 4;

/**
 * Operations that exist when the plane starts: each state, each time format, both versions. `hoursAgo`: since
 * acceptance, for finished ones.
 */
const initialOperations: readonly {
  kind: OperationKind;
  scenario: OperationScenario;
  at: AstraState;
  hoursAgo: number;
  variant: OperationVariant;
}[] = [
  {
    kind: appBackup,
    scenario: 'succeeds',
    at: 'completed',
    hoursAgo: 20,
    variant: { version: '1.0', times: 'microseconds', predictsEnd: false },
  },
  {
    kind: snapshot,
    scenario: 'succeeds with warning',
    at: 'completed',
    hoursAgo: 9,
    variant: { version: '1.1', times: 'seconds', predictsEnd: false },
  },
  { kind: restore, scenario: 'fails', at: 'failed', hoursAgo: 5, variant: { version: '1.1', times: 'comma', predictsEnd: false } },
  { kind: discovery, scenario: 'fails', at: 'failed', hoursAgo: 3, variant: { version: '1.0', times: 'seconds', predictsEnd: false } },
  {
    kind: appBackup,
    scenario: 'is cancelled',
    at: 'cancelled',
    hoursAgo: 1,
    variant: { version: '1.1', times: 'seconds', predictsEnd: false },
  },
  {
    kind: appBackup,
    scenario: 'succeeds',
    at: 'running',
    hoursAgo: 0,
    variant: { version: '1.1', times: 'microseconds', predictsEnd: true },
  },
  { kind: clone, scenario: 'pauses', at: 'pausing', hoursAgo: 0, variant: { version: '1.1', times: 'microseconds', predictsEnd: false } },
  { kind: snapshot, scenario: 'pauses', at: 'paused', hoursAgo: 0, variant: { version: '1.1', times: 'comma', predictsEnd: false } },
  {
    kind: appBackup,
    scenario: 'is cancelled',
    at: 'cancelling',
    hoursAgo: 0,
    variant: { version: '1.1', times: 'seconds', predictsEnd: false },
  },
  {
    kind: clone,
    scenario: 'succeeds',
    at: 'notStarted',
    hoursAgo: 0,
    variant: { version: '1.0', times: 'microseconds', predictsEnd: false },
  },
];

/** Scenarios of later operations; most of them succeed. */
const laterScenarios: readonly OperationScenario[] = [
  'succeeds',
  'succeeds',
  'succeeds',
  'succeeds',
  'succeeds with warning',
  'pauses',
  'fails',
  'is cancelled',
];

/** Starts operations, advances them, and removes old ones. */
export class OperationTraffic {
  readonly #random: Random;
  readonly #accountId: string;
  readonly #store: SimulatedAstraTasks;
  #operations: readonly SimulatedOperation[];
  #nextInMs = 8_000;
  #added = 0;

  constructor(random: Random, accountId: string, store: SimulatedAstraTasks, now: number) {
    this.#random = random;
    this.#accountId = accountId;
    this.#store = store;
    this.#operations = initialOperations.map(({ kind, scenario, at, hoursAgo, variant }) => {
      const script = buildScript(scenario, random);
      const elapsedMs = findStateStartMs(script, at) + (at === 'running' ? 7_000 : 0);
      const acceptedAt = now - Math.max(elapsedMs, hoursAgo * 3_600_000);
      const operation = new SimulatedOperation({ accountId, kind, script, variant, acceptedAt }, random, store);
      for (let passed = 0; passed < elapsedMs; passed += replayStepMs) {
        const ms = Math.min(replayStepMs, elapsedMs - passed);
        operation.advance(ms, acceptedAt + passed + ms);
      }
      return operation;
    });
  }

  /** Advances by this many milliseconds; `at` is the time after that. */
  advance(ms: number, at: number): void {
    const slice = Math.max(1_000, ms / maxSlices);
    for (let left = ms; left > 0; left -= slice) this.#advanceSlice(Math.min(slice, left), at);
  }

  #advanceSlice(ms: number, at: number): void {
    for (const operation of this.#operations) operation.advance(ms, at);
    this.#nextInMs -= ms;
    if (this.#nextInMs > 0 || this.#operations.filter(({ isFinished }) => !isFinished).length >= targetRunning) return;
    this.#nextInMs = this.#random.between(5, 15) * 1000;
    this.#add(at);
  }

  #add(acceptedAt: number): void {
    const kind = this.#random.pick(operationKinds);
    const script = buildScript(this.#random.pick(laterScenarios), this.#random);
    const times = this.#random.pick(['microseconds', 'comma', 'seconds'] as const);
    const variant = { version: this.#added++ % 4 === 3 ? '1.0' : '1.1', times, predictsEnd: false } as const;
    this.#removeOldest(kind.children.length + 1);
    this.#operations = [
      ...this.#operations,
      new SimulatedOperation({ accountId: this.#accountId, kind, script, variant, acceptedAt }, this.#random, this.#store),
    ];
  }

  #removeOldest(taskCount: number): void {
    const count = (): number => this.#operations.reduce((total, operation) => total + operation.taskCount, 0);
    while (count() + taskCount > maxTasks) {
      const oldest = this.#operations.find(({ isFinished }) => isFinished);
      if (oldest === undefined) return;
      oldest.discard();
      this.#operations = this.#operations.filter((operation) => operation !== oldest);
    }
  }
}

/** Step in which the past of the initial operations is replayed. */
const replayStepMs = 2_500;

/** A long time is advanced in at most this many slices. */
const maxSlices = 2_000;
