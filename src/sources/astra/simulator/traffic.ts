import { Random } from '../../simulation/random.js';
import { fastOperations, lifelikeOperations } from './initial-operations.js';
import { type OperationKind, operationKinds } from './operation-kinds.js';
import { buildScript, findStateStartMs, type OperationScenario, type OperationScript } from './operation-script.js';
import { SimulatedOperation } from './simulated-operation.js';
import type { SimulatedAstraTasks } from './task-store.js';

/**
 * The plane keeps at most this many tasks, without those of tests: the oldest finished ones are removed for new ones. A
 * lifelike one keeps its day.
 */
const maxTasks = { fast: 60, lifelike: 150 };

/** No operation is started while this many are running. */
const targetRunning = 4;

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

interface TrafficOptions {
  readonly random: Random;
  readonly accountId: string;
  readonly store: SimulatedAstraTasks;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether operations take as long as at a real account. */
  readonly isLifelike: boolean;
}

/** Starts operations, advances them, and removes old ones. */
export class OperationTraffic {
  readonly #random: Random;
  readonly #accountId: string;
  readonly #store: SimulatedAstraTasks;
  readonly #isLifelike: boolean;
  #operations: readonly SimulatedOperation[];
  #nextInMs = 8_000;
  #added = 0;

  constructor({ random, accountId, store, now, isLifelike }: TrafficOptions) {
    this.#random = random;
    this.#accountId = accountId;
    this.#store = store;
    this.#isLifelike = isLifelike;
    const replayStepMs = isLifelike ? 30_000 : 2_500;
    this.#operations = (isLifelike ? lifelikeOperations : fastOperations).map(({ kind, scenario, at, hoursAgo, variant }) => {
      const script = this.#buildScript(kind, scenario);
      const ranMs = isLifelike ? Math.round(hoursAgo * 3_600_000) : 7_000;
      const elapsedMs = findStateStartMs(script, at) + (at === 'running' ? ranMs : 0);
      const ageMs = hoursAgo * 3_600_000 * (isLifelike ? 0.95 + random.fraction() * 0.05 : 1);
      const acceptedAt = now - Math.max(elapsedMs, Math.round(ageMs));
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
    this.#nextInMs = (this.#isLifelike ? this.#random.between(50, 150) : this.#random.between(5, 15)) * 1000;
    this.#add(at);
  }

  #add(acceptedAt: number): void {
    const kind = this.#random.pick(operationKinds);
    const script = this.#buildScript(kind, this.#random.pick(laterScenarios));
    const times = this.#random.pick(['microseconds', 'comma', 'seconds'] as const);
    const variant = { version: this.#added++ % 4 === 3 ? '1.0' : '1.1', times, predictsEnd: false } as const;
    this.#removeOldest(kind.children.length + 1);
    this.#operations = [
      ...this.#operations,
      new SimulatedOperation({ accountId: this.#accountId, kind, script, variant, acceptedAt }, this.#random, this.#store),
    ];
  }

  #buildScript(kind: OperationKind, scenario: OperationScenario): OperationScript {
    if (!this.#isLifelike) return buildScript(scenario, this.#random);
    return buildScript(scenario, this.#random, Math.round(kind.minutes * 60_000 * (0.7 + this.#random.fraction() * 0.6)));
  }

  #removeOldest(taskCount: number): void {
    const count = (): number => this.#operations.reduce((total, operation) => total + operation.taskCount, 0);
    while (count() + taskCount > (this.#isLifelike ? maxTasks.lifelike : maxTasks.fast)) {
      const oldest = this.#operations.find(({ isFinished }) => isFinished);
      if (oldest === undefined) return;
      oldest.discard();
      this.#operations = this.#operations.filter((operation) => operation !== oldest);
    }
  }
}

/** A long time is advanced in at most this many slices. */
const maxSlices = 2_000;
