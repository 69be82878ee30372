import { Random } from '../../simulation/random.js';
import type { AstraState } from '../status.js';
import { appBackup, clone, discovery, type OperationKind, operationKinds, restore, snapshot } from './operation-kinds.js';
import { buildScript, type OperationScenario, stateStartMs } from './operation-script.js';
import { type OperationVariant, SimulatedOperation } from './simulated-operation.js';
import type { SimulatedAstraTasks } from './task-store.js';

/** Tasks that the plane has at most, those of tests aside: the oldest that are over make room for new ones. */
const maxTasks = 60;

/** Operations at work at any time. */
const targetRunning = 4;

/** What stands on the plane when it starts: each state, each form of time, both versions. Hours are since acceptance, for what is over. */
const initialOperations: readonly {
  kind: OperationKind;
  fate: OperationScenario;
  at: AstraState;
  hoursAgo: number;
  form: OperationVariant;
}[] = [
  {
    kind: appBackup,
    fate: 'goes well',
    at: 'completed',
    hoursAgo: 20,
    form: { version: '1.0', times: 'microseconds', predictsEnd: false },
  },
  { kind: snapshot, fate: 'remarks', at: 'completed', hoursAgo: 9, form: { version: '1.1', times: 'seconds', predictsEnd: false } },
  { kind: restore, fate: 'fails', at: 'failed', hoursAgo: 5, form: { version: '1.1', times: 'comma', predictsEnd: false } },
  { kind: discovery, fate: 'fails', at: 'failed', hoursAgo: 3, form: { version: '1.0', times: 'seconds', predictsEnd: false } },
  { kind: appBackup, fate: 'is cancelled', at: 'cancelled', hoursAgo: 1, form: { version: '1.1', times: 'seconds', predictsEnd: false } },
  { kind: appBackup, fate: 'goes well', at: 'running', hoursAgo: 0, form: { version: '1.1', times: 'microseconds', predictsEnd: true } },
  { kind: clone, fate: 'pauses', at: 'pausing', hoursAgo: 0, form: { version: '1.1', times: 'microseconds', predictsEnd: false } },
  { kind: snapshot, fate: 'pauses', at: 'paused', hoursAgo: 0, form: { version: '1.1', times: 'comma', predictsEnd: false } },
  { kind: appBackup, fate: 'is cancelled', at: 'cancelling', hoursAgo: 0, form: { version: '1.1', times: 'seconds', predictsEnd: false } },
  { kind: clone, fate: 'goes well', at: 'notStarted', hoursAgo: 0, form: { version: '1.0', times: 'microseconds', predictsEnd: false } },
];

/** What happens later, more often the good than the bad. */
const laterScenarios: readonly OperationScenario[] = [
  'goes well',
  'goes well',
  'goes well',
  'goes well',
  'remarks',
  'pauses',
  'fails',
  'is cancelled',
];

/** Operations that come and go at the plane. */
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
    this.#operations = initialOperations.map(({ kind, fate, at, hoursAgo, form }) => {
      const script = buildScript(fate, random);
      const elapsedMs = stateStartMs(script, at) + (at === 'running' ? 7_000 : 0);
      const acceptedAt = now - Math.max(elapsedMs, hoursAgo * 3_600_000);
      const operation = new SimulatedOperation({ accountId, kind, script, form, acceptedAt }, random, store);
      for (let passed = 0; passed < elapsedMs; passed += replayStepMs) {
        const ms = Math.min(replayStepMs, elapsedMs - passed);
        operation.advance(ms, acceptedAt + passed + ms);
      }
      return operation;
    });
  }

  /** Lets so many milliseconds pass, after which it is `at`. */
  advance(ms: number, at: number): void {
    const slice = Math.max(1_000, ms / maxSlices);
    for (let left = ms; left > 0; left -= slice) this.#advanceSlice(Math.min(slice, left), at);
  }

  #advanceSlice(ms: number, at: number): void {
    for (const operation of this.#operations) operation.advance(ms, at);
    this.#nextInMs -= ms;
    if (this.#nextInMs > 0 || this.#operations.filter(({ isOver }) => !isOver).length >= targetRunning) return;
    this.#nextInMs = this.#random.between(5, 15) * 1000;
    this.#add(at);
  }

  #add(acceptedAt: number): void {
    const kind = this.#random.pick(operationKinds);
    const script = buildScript(this.#random.pick(laterScenarios), this.#random);
    const times = this.#random.pick(['microseconds', 'comma', 'seconds'] as const);
    const form = { version: this.#added++ % 4 === 3 ? '1.0' : '1.1', times, predictsEnd: false } as const;
    this.#makeRoom(kind.children.length + 1);
    this.#operations = [
      ...this.#operations,
      new SimulatedOperation({ accountId: this.#accountId, kind, script, form, acceptedAt }, this.#random, this.#store),
    ];
  }

  #makeRoom(taskCount: number): void {
    const count = (): number => this.#operations.reduce((total, operation) => total + operation.taskCount, 0);
    while (count() + taskCount > maxTasks) {
      const oldest = this.#operations.find(({ isOver }) => isOver);
      if (oldest === undefined) return;
      oldest.discard();
      this.#operations = this.#operations.filter((operation) => operation !== oldest);
    }
  }
}

/** How finely the past is played when the plane starts. */
const replayStepMs = 2_500;

/** However long a time is to pass, it passes in at most so many slices. */
const maxSlices = 2_000;
