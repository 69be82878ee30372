import { Random } from '../../../simulation/random.js';
import type { AstraState } from '../state.js';
import { Operation, type OperationForm } from './operation.js';
import { backup, clone, discovery, type OperationKind, operationKinds, restore, snapshot } from './operation-kinds.js';
import { beginOf, type Fate, scriptOf } from './script.js';
import type { TaskStore } from './task-store.js';

/** Tasks that the plane has at most, those of tests aside: the oldest that are over make room for new ones. */
const maxTasks = 60;

/** Operations at work at any time. */
const wantedAtWork = 4;

/** What stands on the plane when it starts: each state, each form of time, both versions. Hours are since acceptance, for what is over. */
const openingScene: readonly { kind: OperationKind; fate: Fate; at: AstraState; hoursAgo: number; form: OperationForm }[] = [
  { kind: backup, fate: 'goes well', at: 'completed', hoursAgo: 20, form: { version: '1.0', times: 'microseconds', foretellsEnd: false } },
  { kind: snapshot, fate: 'remarks', at: 'completed', hoursAgo: 9, form: { version: '1.1', times: 'seconds', foretellsEnd: false } },
  { kind: restore, fate: 'fails', at: 'failed', hoursAgo: 5, form: { version: '1.1', times: 'comma', foretellsEnd: false } },
  { kind: discovery, fate: 'fails', at: 'failed', hoursAgo: 3, form: { version: '1.0', times: 'seconds', foretellsEnd: false } },
  { kind: backup, fate: 'is cancelled', at: 'cancelled', hoursAgo: 1, form: { version: '1.1', times: 'seconds', foretellsEnd: false } },
  { kind: backup, fate: 'goes well', at: 'running', hoursAgo: 0, form: { version: '1.1', times: 'microseconds', foretellsEnd: true } },
  { kind: clone, fate: 'pauses', at: 'pausing', hoursAgo: 0, form: { version: '1.1', times: 'microseconds', foretellsEnd: false } },
  { kind: snapshot, fate: 'pauses', at: 'paused', hoursAgo: 0, form: { version: '1.1', times: 'comma', foretellsEnd: false } },
  { kind: backup, fate: 'is cancelled', at: 'cancelling', hoursAgo: 0, form: { version: '1.1', times: 'seconds', foretellsEnd: false } },
  { kind: clone, fate: 'goes well', at: 'notStarted', hoursAgo: 0, form: { version: '1.0', times: 'microseconds', foretellsEnd: false } },
];

/** What happens later, more often the good than the bad. */
const fates: readonly Fate[] = ['goes well', 'goes well', 'goes well', 'goes well', 'remarks', 'pauses', 'fails', 'is cancelled'];

/** Operations that come and go at the plane. */
export class Traffic {
  readonly #random: Random;
  readonly #accountId: string;
  readonly #store: TaskStore;
  #operations: readonly Operation[];
  #nextInMs = 8_000;
  #added = 0;

  constructor(random: Random, accountId: string, store: TaskStore, now: number) {
    this.#random = random;
    this.#accountId = accountId;
    this.#store = store;
    this.#operations = openingScene.map(({ kind, fate, at, hoursAgo, form }) => {
      const script = scriptOf(fate, random);
      const elapsedMs = beginOf(script, at) + (at === 'running' ? 7_000 : 0);
      const acceptedAt = now - Math.max(elapsedMs, hoursAgo * 3_600_000);
      const operation = new Operation({ accountId, kind, script, form, acceptedAt }, random, store);
      for (let passed = 0; passed < elapsedMs; passed += stepMs) {
        const ms = Math.min(stepMs, elapsedMs - passed);
        operation.advance(ms, acceptedAt + passed + ms);
      }
      return operation;
    });
  }

  /** Lets so many milliseconds pass, after which it is `at`. */
  advance(ms: number, at: number): void {
    const slice = Math.max(1_000, ms / maxSlices);
    for (let left = ms; left > 0; left -= slice) this.#pass(Math.min(slice, left), at);
  }

  #pass(ms: number, at: number): void {
    for (const operation of this.#operations) operation.advance(ms, at);
    this.#nextInMs -= ms;
    if (this.#nextInMs > 0 || this.#operations.filter(({ isOver }) => !isOver).length >= wantedAtWork) return;
    this.#nextInMs = this.#random.between(5, 15) * 1000;
    this.#add(at);
  }

  #add(acceptedAt: number): void {
    const kind = this.#random.pick(operationKinds);
    const script = scriptOf(this.#random.pick(fates), this.#random);
    const times = this.#random.pick(['microseconds', 'comma', 'seconds'] as const);
    const form = { version: this.#added++ % 4 === 3 ? '1.0' : '1.1', times, foretellsEnd: false } as const;
    this.#makeRoom(kind.children.length + 1);
    this.#operations = [
      ...this.#operations,
      new Operation({ accountId: this.#accountId, kind, script, form, acceptedAt }, this.#random, this.#store),
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
const stepMs = 2_500;

/** However long a time is to pass, it passes in at most so many slices. */
const maxSlices = 2_000;
