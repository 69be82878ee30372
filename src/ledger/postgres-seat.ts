import type { Interest } from '../task/replica/interest.js';
import type { ReplicaMember, Seat } from '../task/replica/replicas.js';
import type { SharedTask } from '../task/replica/shared-task.js';
import type { TaskSourceHealth } from '../task/source/health.js';
import type { PollingLocks } from './polling-locks.js';
import type { ReplicaNotice } from './replica-notice.js';
import type { ReplicaRole } from './replica-role.js';
import { beginning, type SharedPlace, type SharedViews } from './shared-views.js';

export interface PostgresSeatOptions {
  readonly sourceName: string;
  readonly member: ReplicaMember;
  readonly replicaId: string;
  readonly views: SharedViews;
  readonly locks: PollingLocks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The database cannot be relied on. */
  readonly onFailure: (error: unknown) => void;
  /** This process does something else for the source than before. */
  readonly onRole: (sourceName: string, role: ReplicaRole) => void;
}

/** So many tasks are written in one statement. */
const batchSize = 50;

/** Tasks that went away are remembered so long for those that have not heard of it, in milliseconds. */
const goneLifeMs = 86_400_000;

/** One source's place among the processes. What it has to do with the database it does in one pass after another. */
export class PostgresSeat implements Seat {
  readonly #options: PostgresSeatOptions;
  #role: ReplicaRole = 'idle';
  /** Up to where this process has heard what others saw. */
  #place: SharedPlace = beginning;
  #isBehind = true;
  /** What others have to be told, the newest of each task. */
  readonly #untold = new Map<string, SharedTask>();
  #untoldHealth: TaskSourceHealth | null = null;
  #isListUntold = false;
  /** What the others know that is followed here, as JSON. */
  #saidInterest: string | null = null;
  #connection: 'up' | 'down' | 'away' = 'down';
  #pass: 'none' | 'running' | 'again' = 'none';

  constructor(options: PostgresSeatOptions) {
    this.#options = options;
  }

  share(tasks: readonly SharedTask[]): void {
    for (const task of tasks) {
      // What is newer comes after what is older, not in its place.
      this.#untold.delete(task.localId);
      this.#untold.set(task.localId, task);
    }
    if (tasks.length > 0) this.wake();
  }

  shareList(): void {
    this.#isListUntold = true;
    this.wake();
  }

  shareHealth(health: TaskSourceHealth): void {
    this.#untoldHealth = health;
    this.wake();
  }

  interestChanged(): void {
    if (this.#connection === 'away') this.#beAlone();
    else this.wake();
  }

  /** The database answers. */
  up(): void {
    this.#connection = 'up';
    this.#isBehind = true;
    this.#saidInterest = null;
    this.wake();
  }

  /** The session is lost, and with it the right to poll for others; for a moment everything stays as it was. */
  down(): void {
    this.#connection = 'down';
    if (this.#role === 'polls') this.#become('alone');
  }

  /** The database has been away for longer than a moment: nobody can say who polls, so that each polls for itself. */
  away(): void {
    this.#connection = 'away';
    this.#beAlone();
  }

  hear(what: ReplicaNotice['what']): void {
    if (what === 'tasks') this.#isBehind = true;
    this.wake();
  }

  /** Does what there is to do, if there is anything. */
  wake(): void {
    if (this.#connection !== 'up') return;
    const wasIdle = this.#pass === 'none';
    this.#pass = wasIdle ? 'running' : 'again';
    if (wasIdle) void this.#passes();
  }

  /** What is left to tell is told; the turn is given away. */
  async leave(): Promise<void> {
    if (this.#connection !== 'up') return;
    await this.#tell();
    if (this.#role === 'polls') await this.#give();
  }

  async #passes(): Promise<void> {
    try {
      do {
        this.#pass = 'running';
        await this.#once();
      } while (this.#isToGoOn());
    } catch (error) {
      this.#options.onFailure(error);
    } finally {
      this.#pass = 'none';
    }
  }

  #isToGoOn(): boolean {
    return this.#pass === 'again' && this.#connection === 'up';
  }

  async #once(): Promise<void> {
    const { locks, member, sourceName } = this.#options;
    const interest = member.interest();
    await this.#say(interest);
    if (interest === null) {
      if (this.#role === 'polls') await this.#give();
      this.#become('idle');
    } else {
      if (this.#isBehind) await this.#catchUp();
      if (this.#role !== 'polls') await this.#contend();
      if (this.#role === 'polls') member.others(await locks.othersWant(sourceName));
    }
    await this.#tell();
  }

  async #say(interest: Interest | null): Promise<void> {
    const text = JSON.stringify(interest);
    if (text === this.#saidInterest || (interest === null && this.#saidInterest === null)) return;
    await this.#options.locks.want(this.#options.sourceName, interest, this.#notice('interest'));
    this.#saidInterest = interest === null ? null : text;
  }

  async #contend(): Promise<void> {
    const { locks, views, member, now, sourceName } = this.#options;
    const isOurs = await locks.take(sourceName);
    if (isOurs) {
      // What the one before has told before its end comes first.
      await this.#catchUp();
      await views.prune(sourceName, now() - goneLifeMs);
      // What this process will read first is no news to those who come to follow; what is there may be of last year.
      if (!member.hasList) await views.write(sourceName, { tasks: [], health: null, isListed: false }, this.#notice('tasks'));
    } else if (!member.hasList) await this.#adoptList();
    this.#become(isOurs ? 'polls' : 'follows');
  }

  async #give(): Promise<void> {
    await this.#options.locks.give(this.#options.sourceName, this.#notice('turn'));
    this.#become('idle');
  }

  async #catchUp(): Promise<void> {
    const { views, member, sourceName } = this.#options;
    this.#isBehind = false;
    for (;;) {
      const page = await views.read(sourceName, this.#place);
      if (page.tasks.length > 0) member.adopt(page.tasks);
      this.#place = page.next;
      if (page.isLast) break;
    }
    if (this.#role === 'polls') return;
    const { health } = await views.source(sourceName);
    if (health !== null) member.hear(health);
  }

  async #adoptList(): Promise<void> {
    const { isListed } = await this.#options.views.source(this.#options.sourceName);
    if (!isListed) return;
    // Its tasks were written before this was.
    await this.#catchUp();
    this.#options.member.adopted();
  }

  async #tell(): Promise<void> {
    const { views, sourceName } = this.#options;
    while (this.#untold.size > 0 || this.#untoldHealth !== null || this.#isListUntold) {
      const tasks = [...this.#untold.values()].slice(0, batchSize);
      const health = this.#role === 'polls' ? this.#untoldHealth : null;
      const isListed = this.#isListUntold && tasks.length === this.#untold.size ? true : null;
      await views.write(sourceName, { tasks, health, isListed }, this.#notice('tasks'));
      if (isListed !== null) this.#isListUntold = false;
      for (const task of tasks) if (this.#untold.get(task.localId) === task) this.#untold.delete(task.localId);
      if (this.#untoldHealth === health || this.#role !== 'polls') this.#untoldHealth = null;
    }
  }

  #beAlone(): void {
    this.#become(this.#options.member.interest() === null ? 'idle' : 'alone');
  }

  #become(role: ReplicaRole): void {
    const before = this.#role;
    this.#role = role;
    const { member, onRole, sourceName } = this.#options;
    if (before !== role) onRole(sourceName, role);
    member.turn(role === 'polls' || role === 'alone');
  }

  #notice(what: ReplicaNotice['what']): string {
    const notice: ReplicaNotice = { from: this.#options.replicaId, source: this.#options.sourceName, what };
    return JSON.stringify(notice);
  }
}
