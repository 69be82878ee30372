import * as z from 'zod';

import type { TaskSourceHealth } from '../model/source-health.js';
import type { InterestTable } from './interest-table.js';
import type { SubscriptionInterest } from './leader-election.js';
import type { LeaderLocks } from './leader-locks.js';
import type { ReplicaListener, ReplicaRole, SharedTask, SourceReplication } from './replicas.js';
import { initialCursor, type SharedTaskCursor, type SharedTaskTable } from './shared-task-table.js';

/** What the replication of all sources has in common. */
interface ReplicationContext {
  readonly replicaId: string;
  readonly leaderLocks: LeaderLocks;
  readonly interests: InterestTable;
  readonly sharedTasks: SharedTaskTable;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A statement failed, so the session cannot be relied on. */
  readonly onFailure: (error: unknown) => void;
  /** A pass for a source that is watched has succeeded, so that the database does all that replication needs. */
  readonly onSuccess: () => void;
  /** The role of this process for a source has changed. */
  readonly onRole: (sourceName: string, role: ReplicaRole) => void;
}

/**
 * One statement writes at most so many tasks, as it locks the row of its source and each task may have a large payload.
 */
const batchSize = 50;

/**
 * How long the end of a task is kept for processes that have not learned of it, in milliseconds: a day outlives any
 * interruption.
 */
const goneRetentionMs = 86_400_000;

/** The replication of one source. It works in passes, one at a time; whatever happens meanwhile causes another pass. */
export class PostgresSourceReplication implements SourceReplication {
  readonly #sourceName: string;
  readonly #listener: ReplicaListener;
  readonly #context: ReplicationContext;
  #role: ReplicaRole = 'idle';
  /** Up to where this process has read the changes that others shared. */
  #cursor: SharedTaskCursor = initialCursor;
  #hasUnreadChanges = true;
  /** Tasks that the others have yet to learn of, the latest state of each. */
  readonly #unpublished = new Map<string, SharedTask>();
  #unpublishedHealth: TaskSourceHealth | null = null;
  #isListUnpublished = false;
  /** The interest of this process that the others know, as JSON. */
  #publishedInterest: string | null = null;
  /** `down`: the session is lost; `away`: for longer than a short interruption. */
  #connection: 'up' | 'down' | 'away' = 'down';
  #pass: 'none' | 'running' | 'again' = 'none';

  constructor(sourceName: string, listener: ReplicaListener, context: ReplicationContext) {
    this.#sourceName = sourceName;
    this.#listener = listener;
    this.#context = context;
  }

  /** Whether any client watches the source through this process. */
  get isWatched(): boolean {
    return this.#listener.interest() !== null;
  }

  share(tasks: readonly SharedTask[]): void {
    for (const task of tasks) {
      // A map keeps the place of a key: deleting it first moves the task behind what was observed before it.
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
    if (this.#connection === 'away') this.#pollStandalone();
    else this.wake();
  }

  connected(): void {
    this.#connection = 'up';
    this.#hasUnreadChanges = true;
    this.#publishedInterest = null;
    this.wake();
  }

  /**
   * The session is lost, and with it the leadership. A leader goes on polling; followers wait whether the session
   * returns soon.
   */
  disconnected(): void {
    this.#connection = 'down';
    if (this.#role === 'leader') this.#changeRole('standalone');
  }

  /** The database stays away, so that no leader can be elected: each process polls for its own subscribers. */
  databaseAway(): void {
    this.#connection = 'away';
    this.#pollStandalone();
  }

  onNotice(what: ReplicaNotice['what']): void {
    if (what === noticeWords.tasks) this.#hasUnreadChanges = true;
    this.wake();
  }

  /** Starts a pass, or asks for another one after the pass that is running. */
  wake(): void {
    if (this.#connection !== 'up') return;
    const wasIdle = this.#pass === 'none';
    this.#pass = wasIdle ? 'running' : 'again';
    if (wasIdle) void this.#runPasses();
  }

  /** Shares what is not shared yet, and resigns as leader. */
  async leave(): Promise<void> {
    if (this.#connection !== 'up') return;
    await this.#publish();
    if (this.#role === 'leader') await this.#resign();
  }

  async #runPasses(): Promise<void> {
    try {
      do {
        this.#pass = 'running';
        await this.#runPass();
        if (this.isWatched) this.#context.onSuccess();
      } while (this.#needsAnotherPass());
    } catch (error) {
      this.#context.onFailure(error);
    } finally {
      this.#pass = 'none';
    }
  }

  #needsAnotherPass(): boolean {
    return this.#pass === 'again' && this.#connection === 'up';
  }

  /**
   * 1. Publish the interest of this process, if it has changed.
   * 2. Without an interest, resign as leader. Otherwise:
   * 3. read what the other processes have shared;
   * 4. campaign for leadership;
   * 5. as leader, learn what the other processes have to be polled for.
   * 6. Publish what this process has observed.
   */
  async #runPass(): Promise<void> {
    const interest = this.#listener.interest();
    await this.#publishInterest(interest);
    if (interest === null) {
      if (this.#role === 'leader') await this.#resign();
      this.#changeRole('idle');
    } else {
      if (this.#hasUnreadChanges) await this.#readChanges();
      if (this.#role !== 'leader') await this.#campaign();
      if (this.#role === 'leader') this.#listener.remoteInterestChanged(await this.#context.interests.readRemote(this.#sourceName));
    }
    await this.#publish();
  }

  async #publishInterest(interest: SubscriptionInterest | null): Promise<void> {
    const text = interest === null ? null : JSON.stringify(interest);
    if (text === this.#publishedInterest) return;
    await this.#context.interests.publish(this.#sourceName, interest, this.#buildNotice('interest'));
    this.#publishedInterest = text;
  }

  async #campaign(): Promise<void> {
    const { leaderLocks, sharedTasks, now } = this.#context;
    if (await leaderLocks.tryAcquire(this.#sourceName)) {
      // The previous leader may have shared changes just before its end.
      await this.#readChanges();
      await sharedTasks.prune(this.#sourceName, now() - goneRetentionMs);
      // The list in the database may be stale: mark it as not complete until this leader has read it.
      if (!this.#listener.hasList)
        await sharedTasks.write(this.#sourceName, { tasks: [], health: null, isListComplete: false }, this.#buildNotice('tasks'));
      this.#changeRole('leader');
    } else {
      if (!this.#listener.hasList) await this.#adoptList();
      this.#changeRole('follower');
    }
  }

  async #resign(): Promise<void> {
    await this.#context.leaderLocks.release(this.#sourceName, this.#buildNotice('resigned'));
    this.#changeRole('idle');
  }

  async #readChanges(): Promise<void> {
    const { sharedTasks } = this.#context;
    this.#hasUnreadChanges = false;
    for (;;) {
      const page = await sharedTasks.read(this.#sourceName, this.#cursor);
      if (page.tasks.length > 0) this.#listener.applyTasks(page.tasks);
      this.#cursor = page.next;
      if (page.isLast) break;
    }
    if (this.#role === 'leader') return;
    const { health } = await sharedTasks.readSource(this.#sourceName);
    if (health !== null) this.#listener.applyHealth(health);
  }

  /** Takes over the list that the leader has read, so that this process need not read it from the plane. */
  async #adoptList(): Promise<void> {
    const { isListComplete } = await this.#context.sharedTasks.readSource(this.#sourceName);
    if (!isListComplete) return;
    // The tasks of the list were written before it was marked as complete.
    await this.#readChanges();
    this.#listener.listApplied();
  }

  async #publish(): Promise<void> {
    while (this.#unpublished.size > 0 || this.#unpublishedHealth !== null || this.#isListUnpublished) {
      const tasks = [...this.#unpublished.values()].slice(0, batchSize);
      const health = this.#role === 'leader' ? this.#unpublishedHealth : null;
      const isListComplete = this.#isListUnpublished && tasks.length === this.#unpublished.size ? true : null;
      await this.#context.sharedTasks.write(this.#sourceName, { tasks, health, isListComplete }, this.#buildNotice('tasks'));
      if (isListComplete !== null) this.#isListUnpublished = false;
      for (const task of tasks) if (this.#unpublished.get(task.sourceTaskId) === task) this.#unpublished.delete(task.sourceTaskId);
      if (this.#unpublishedHealth === health || this.#role !== 'leader') this.#unpublishedHealth = null;
    }
  }

  #pollStandalone(): void {
    this.#changeRole(this.#listener.interest() === null ? 'idle' : 'standalone');
  }

  #changeRole(role: ReplicaRole): void {
    const before = this.#role;
    this.#role = role;
    if (before !== role) this.#context.onRole(this.#sourceName, role);
    this.#listener.leadershipChanged(role === 'leader' || role === 'standalone');
  }

  #buildNotice(what: keyof typeof noticeWords): string {
    const notice: ReplicaNotice = { from: this.#context.replicaId, source: this.#sourceName, what: noticeWords[what] };
    return JSON.stringify(notice);
  }
}

/**
 * What has changed, and the word for it on the wire, which processes of another release read as well: the shared tasks,
 * the interest of a process, or the leader, who has resigned.
 */
const noticeWords = { tasks: 'tasks', interest: 'interest', resigned: 'turn' } as const;

const noticeSchema = z.object({
  /** Id of the process that sent it. */
  from: z.string(),
  source: z.string(),
  what: z.enum(noticeWords),
});

/**
 * What a process announces to the others. It contains names, never the state of a task: NOTIFY carries at most 8,000
 * bytes.
 */
type ReplicaNotice = z.infer<typeof noticeSchema>;

/** Null for a notice of another program, or of another version of this one. */
export function parseReplicaNotice(text: string): ReplicaNotice | null {
  try {
    return noticeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
