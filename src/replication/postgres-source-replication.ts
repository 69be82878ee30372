import { z } from 'zod';

import type { TaskSourceHealth } from '../model/source-health.js';
import type { SubscriptionInterest } from './leader-election.js';
import type { LeaderLeases } from './postgres-leader-leases.js';
import type { ReplicaListener, ReplicaRole, SharedTask, SourceReplication } from './replicas.js';
import { initialCursor, type SharedTaskCursor, type SharedTaskTable } from './shared-task-table.js';

export interface PostgresSourceReplicationOptions {
  readonly sourceName: string;
  readonly member: ReplicaListener;
  readonly replicaId: string;
  readonly views: SharedTaskTable;
  readonly locks: LeaderLeases;
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
export class PostgresSourceReplication implements SourceReplication {
  readonly #options: PostgresSourceReplicationOptions;
  #role: ReplicaRole = 'idle';
  /** Up to where this process has heard what others saw. */
  #cursor: SharedTaskCursor = initialCursor;
  #isBehind = true;
  /** What others have to be told, the newest of each task. */
  readonly #unpublished = new Map<string, SharedTask>();
  #unpublishedHealth: TaskSourceHealth | null = null;
  #isListUnpublished = false;
  /** What the others know that is followed here, as JSON. */
  #publishedInterest: string | null = null;
  #connection: 'up' | 'down' | 'away' = 'down';
  #pass: 'none' | 'running' | 'again' = 'none';

  constructor(options: PostgresSourceReplicationOptions) {
    this.#options = options;
  }

  share(tasks: readonly SharedTask[]): void {
    for (const task of tasks) {
      // What is newer comes after what is older, not in its place.
      this.#unpublished.delete(task.sourceTaskId);
      this.#unpublished.set(task.sourceTaskId, task);
    }
    if (tasks.length > 0) this.wake();
  }

  shareList(): void {
    this.#isListUnpublished = true;
    this.wake();
  }

  shareHealth(health: TaskSourceHealth): void {
    this.#unpublishedHealth = health;
    this.wake();
  }

  interestChanged(): void {
    if (this.#connection === 'away') this.#runStandalone();
    else this.wake();
  }

  /** The database answers. */
  up(): void {
    this.#connection = 'up';
    this.#isBehind = true;
    this.#publishedInterest = null;
    this.wake();
  }

  /** The session is lost, and with it the right to poll for others; for a moment everything stays as it was. */
  down(): void {
    this.#connection = 'down';
    if (this.#role === 'polls') this.#changeRole('alone');
  }

  /** The database has been away for longer than a moment: nobody can say who polls, so that each polls for itself. */
  away(): void {
    this.#connection = 'away';
    this.#runStandalone();
  }

  onNotice(what: ReplicaNotice['what']): void {
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
    await this.#publish();
    if (this.#role === 'polls') await this.#resign();
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
    await this.#publishInterest(interest);
    if (interest === null) {
      if (this.#role === 'polls') await this.#resign();
      this.#changeRole('idle');
    } else {
      if (this.#isBehind) await this.#catchUp();
      if (this.#role !== 'polls') await this.#campaign();
      if (this.#role === 'polls') member.remoteInterestChanged(await locks.readRemoteInterest(sourceName));
    }
    await this.#publish();
  }

  async #publishInterest(interest: SubscriptionInterest | null): Promise<void> {
    const text = JSON.stringify(interest);
    if (text === this.#publishedInterest || (interest === null && this.#publishedInterest === null)) return;
    await this.#options.locks.publishInterest(this.#options.sourceName, interest, this.#notice('interest'));
    this.#publishedInterest = interest === null ? null : text;
  }

  async #campaign(): Promise<void> {
    const { locks, views, member, now, sourceName } = this.#options;
    const isOurs = await locks.tryAcquire(sourceName);
    if (isOurs) {
      // What the one before has told before its end comes first.
      await this.#catchUp();
      await views.prune(sourceName, now() - goneLifeMs);
      // What this process will read first is no news to those who come to follow; what is there may be of last year.
      if (!member.hasList) await views.write(sourceName, { tasks: [], health: null, isListed: false }, this.#notice('tasks'));
    } else if (!member.hasList) await this.#adoptList();
    this.#changeRole(isOurs ? 'polls' : 'follows');
  }

  async #resign(): Promise<void> {
    await this.#options.locks.release(this.#options.sourceName, this.#notice('turn'));
    this.#changeRole('idle');
  }

  async #catchUp(): Promise<void> {
    const { views, member, sourceName } = this.#options;
    this.#isBehind = false;
    for (;;) {
      const page = await views.read(sourceName, this.#cursor);
      if (page.tasks.length > 0) member.applyTasks(page.tasks);
      this.#cursor = page.next;
      if (page.isLast) break;
    }
    if (this.#role === 'polls') return;
    const { health } = await views.readSource(sourceName);
    if (health !== null) member.applyHealth(health);
  }

  async #adoptList(): Promise<void> {
    const { isListed } = await this.#options.views.readSource(this.#options.sourceName);
    if (!isListed) return;
    // Its tasks were written before this was.
    await this.#catchUp();
    this.#options.member.listApplied();
  }

  async #publish(): Promise<void> {
    const { views, sourceName } = this.#options;
    while (this.#unpublished.size > 0 || this.#unpublishedHealth !== null || this.#isListUnpublished) {
      const tasks = [...this.#unpublished.values()].slice(0, batchSize);
      const health = this.#role === 'polls' ? this.#unpublishedHealth : null;
      const isListed = this.#isListUnpublished && tasks.length === this.#unpublished.size ? true : null;
      await views.write(sourceName, { tasks, health, isListed }, this.#notice('tasks'));
      if (isListed !== null) this.#isListUnpublished = false;
      for (const task of tasks) if (this.#unpublished.get(task.sourceTaskId) === task) this.#unpublished.delete(task.sourceTaskId);
      if (this.#unpublishedHealth === health || this.#role !== 'polls') this.#unpublishedHealth = null;
    }
  }

  #runStandalone(): void {
    this.#changeRole(this.#options.member.interest() === null ? 'idle' : 'alone');
  }

  #changeRole(role: ReplicaRole): void {
    const before = this.#role;
    this.#role = role;
    const { member, onRole, sourceName } = this.#options;
    if (before !== role) onRole(sourceName, role);
    member.leadershipChanged(role === 'polls' || role === 'alone');
  }

  #notice(what: ReplicaNotice['what']): string {
    const notice: ReplicaNotice = { from: this.#options.replicaId, source: this.#options.sourceName, what };
    return JSON.stringify(notice);
  }
}

const noticeSchema = z.object({
  /** Who sent it. */
  from: z.string(),
  source: z.string(),
  /** What there is to look at: tasks that changed, what is followed elsewhere, a turn that was given away. */
  what: z.enum(['tasks', 'interest', 'turn']),
});

/** What one process sends to the others: names alone, never what a task is. PostgreSQL carries at most 8,000 bytes. */
export type ReplicaNotice = z.infer<typeof noticeSchema>;

/** Null: it is of another program, or of another version of this one. */
export function parseReplicaNotice(text: string): ReplicaNotice | null {
  try {
    return noticeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
