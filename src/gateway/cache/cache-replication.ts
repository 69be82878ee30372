import type { TaskSourceHealth } from '../../model/source-health.js';
import type { Task } from '../../model/task.js';
import type { LeaderElection, LeadershipListener, SubscriptionInterest } from '../../replication/leader-election.js';
import type { ReplicaListener, Replicas, SharedTask, SourceReplication } from '../../replication/replicas.js';
import type { TaskDifferences } from './cache-changes.js';
import type { SourceCache } from './source-cache.js';

/** Joins the view of one source with those of other processes, and says whose turn it is to poll it. */
export class CacheReplication implements ReplicaListener, LeaderElection {
  readonly #view: SourceCache;
  readonly #replication: SourceReplication;
  #listener: LeadershipListener | null = null;
  #phase: 'telling' | 'listening' = 'telling';
  #isLeader = false;
  #isListShared = false;
  /** The health that the others were told of last. */
  #sharedHealthKey: string | null = null;

  constructor(view: SourceCache, replicas: Replicas) {
    this.#view = view;
    this.#replication = replicas.join(view.source.name, this);
    view.changes.listen({
      observed: (differences) => this.#share(differences),
      read: () => this.#shareHealth(),
      listed: () => this.#shareList(),
    });
  }

  listen(listener: LeadershipListener): void {
    this.#listener = listener;
  }

  interestChanged(): void {
    this.#replication.interestChanged();
  }

  get hasList(): boolean {
    return this.#view.changes.hasBaseline;
  }

  interest(): SubscriptionInterest | null {
    return this.#listener?.interest() ?? null;
  }

  leadershipChanged(isOurs: boolean): void {
    if (isOurs && !this.#isLeader) this.#sharedHealthKey = null;
    this.#isLeader = isOurs;
    this.#listener?.leadershipChanged(isOurs);
  }

  remoteInterestChanged(interest: SubscriptionInterest): void {
    this.#listener?.remoteInterestChanged(interest);
  }

  applyTasks(tasks: readonly SharedTask[]): void {
    this.#applyRemote(() => this.#view.applySharedTasks(tasks));
  }

  listApplied(): void {
    this.#view.changes.setBaseline();
  }

  applyHealth(health: TaskSourceHealth): void {
    if (!this.#isLeader) this.#applyRemote(() => this.#view.applySharedHealth(health));
  }

  /** What comes from the others is not told to them again. */
  #applyRemote(take: () => void): void {
    this.#phase = 'listening';
    take();
    this.#phase = 'telling';
  }

  #share(differences: TaskDifferences): void {
    if (this.#phase === 'listening') return;
    this.#replication.share(
      [...differences].flatMap(([sourceTaskId, { after, isListed }]) => this.#toSharedTask(sourceTaskId, after, isListed) ?? []),
    );
  }

  #toSharedTask(sourceTaskId: string, after: Task | null, isListed: boolean): SharedTask | null {
    const askedAt = this.#view.askedAt(sourceTaskId);
    // It was forgotten here, because it is too old to be shown: that says nothing of the plane.
    if (askedAt === null) return null;
    if (after === null) return { kind: 'gone', sourceTaskId, askedAt };
    const task = this.#view.cachedTask(sourceTaskId);
    return task === undefined ? { kind: 'left', sourceTaskId, askedAt } : { kind: 'there', sourceTaskId, askedAt, task, isListed };
  }

  #shareList(): void {
    if (!this.#isListShared) this.#replication.shareList();
    this.#isListShared = true;
  }

  #shareHealth(): void {
    const { healthKey } = this.#view.changes;
    if (!this.#isLeader || this.#phase === 'listening' || healthKey === this.#sharedHealthKey) return;
    this.#sharedHealthKey = healthKey;
    this.#replication.shareHealth(this.#view.health());
  }
}
