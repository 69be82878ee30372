import type { TaskSourceHealth } from '../../model/source-health.js';
import type { Task } from '../../model/task.js';
import type { LeaderElection, LeadershipListener, SubscriptionInterest } from '../../replication/leader-election.js';
import type { ReplicaListener, Replicas, SharedTask, SourceReplication } from '../../replication/replicas.js';
import type { TaskDifferences } from './cache-changes.js';
import type { SourceCache } from './source-cache.js';

/** Exchanges what was read of one source with the other replicas, and tells the poller which of them is the leader. */
export class CacheReplication implements ReplicaListener, LeaderElection {
  readonly #cache: SourceCache;
  readonly #replication: SourceReplication;
  #listener: LeadershipListener | null = null;
  /** While data of other replicas is being applied: it is not shared with them again. */
  #isApplying = false;
  #isLeader = false;
  #isListShared = false;
  /** The health that was shared last. */
  #sharedHealthKey: string | null = null;

  constructor(cache: SourceCache, replicas: Replicas) {
    this.#cache = cache;
    this.#replication = replicas.join(cache.source.name, this);
    cache.changes.listen({
      onDifferences: (differences) => this.#share(differences),
      onRead: () => this.#shareHealth(),
      onListRead: () => this.#shareList(),
    });
  }

  listen(listener: LeadershipListener): void {
    this.#listener = listener;
  }

  interestChanged(): void {
    this.#replication.interestChanged();
  }

  get hasList(): boolean {
    return this.#cache.changes.hasBaseline;
  }

  interest(): SubscriptionInterest | null {
    return this.#listener?.interest() ?? null;
  }

  leadershipChanged(isLeader: boolean): void {
    if (isLeader && !this.#isLeader) this.#sharedHealthKey = null;
    this.#isLeader = isLeader;
    this.#listener?.leadershipChanged(isLeader);
  }

  remoteInterestChanged(interest: SubscriptionInterest): void {
    this.#listener?.remoteInterestChanged(interest);
  }

  applyTasks(tasks: readonly SharedTask[]): void {
    this.#applyRemote(() => this.#cache.applySharedTasks(tasks));
  }

  listApplied(): void {
    this.#cache.changes.setBaseline();
  }

  applyHealth(health: TaskSourceHealth): void {
    if (!this.#isLeader) this.#applyRemote(() => this.#cache.applySharedHealth(health));
  }

  #applyRemote(apply: () => void): void {
    this.#isApplying = true;
    apply();
    this.#isApplying = false;
  }

  #share(differences: TaskDifferences): void {
    if (this.#isApplying) return;
    this.#replication.share(
      [...differences].flatMap(([sourceTaskId, { after, isListed }]) => this.#toSharedTask(sourceTaskId, after, isListed) ?? []),
    );
  }

  #toSharedTask(sourceTaskId: string, after: Task | null, isListed: boolean): SharedTask | null {
    const requestedAt = this.#cache.requestedAt(sourceTaskId);
    // It was dropped here because it is too old to be shown: that says nothing about the plane.
    if (requestedAt === null) return null;
    if (after === null) return { kind: 'gone', sourceTaskId, requestedAt };
    const cached = this.#cache.cachedTask(sourceTaskId);
    if (cached === undefined) return { kind: 'untracked', sourceTaskId, requestedAt };
    const task = { ...cached, observedAt: this.#cache.observedAt(cached) };
    return { kind: 'there', sourceTaskId, requestedAt, task, isListed };
  }

  #shareList(): void {
    if (!this.#isListShared) this.#replication.shareList();
    this.#isListShared = true;
  }

  #shareHealth(): void {
    const { healthKey } = this.#cache.changes;
    if (!this.#isLeader || this.#isApplying || healthKey === this.#sharedHealthKey) return;
    this.#sharedHealthKey = healthKey;
    this.#replication.shareHealth(this.#cache.health());
  }
}
