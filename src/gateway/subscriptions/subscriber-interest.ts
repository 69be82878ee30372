import { noSubscriptionInterest, type SubscriptionInterest } from '../../replication/leader-election.js';

/**
 * What is followed of one source: reference counts of the subscribers of this process, and the interest of the other
 * replicas.
 */
export class SubscriberInterest {
  /** Subscribers of this process that follow a task, by its id at the plane. */
  readonly #localTaskIds = new Map<string, number>();
  /** Subscribers of this process that follow the list, for its tasks or for the health of the source. */
  #localListCount = 0;
  /** Those of them that follow its tasks. */
  #localTasksCount = 0;
  #isRecording = false;
  #remote: SubscriptionInterest = noSubscriptionInterest;
  #remoteIds: ReadonlySet<string> = new Set();

  /** What is followed in this process; null: nothing. */
  get local(): SubscriptionInterest | null {
    if (this.isEmpty) return null;
    return { list: this.#localListCount > 0, tasks: this.#localTasksCount > 0, ids: [...this.#localTaskIds.keys()] };
  }

  /** Nothing is followed in this process, and nothing is recorded. */
  get isEmpty(): boolean {
    return this.#localTaskIds.size === 0 && this.#localListCount === 0 && !this.#isRecording;
  }

  /** The list is read for the history, whether it is followed or not. */
  get isRecording(): boolean {
    return this.#isRecording;
  }

  /** Whether anything is followed, here or on another replica. */
  get isWatched(): boolean {
    return this.hasList || this.#localTaskIds.size > 0 || this.#remoteIds.size > 0;
  }

  get hasList(): boolean {
    return this.#localListCount > 0 || this.#remote.list;
  }

  get hasTasks(): boolean {
    return this.#localTasksCount > 0 || this.#remote.tasks;
  }

  /** Ids at the plane of the tasks that are followed one by one. */
  get ids(): readonly string[] {
    const local = [...this.#localTaskIds.keys()];
    return this.#remoteIds.size === 0 ? local : [...new Set([...local, ...this.#remoteIds])];
  }

  /** Whether a condition holds for one of those tasks. */
  hasId(holds: (sourceTaskId: string) => boolean): boolean {
    for (const sourceTaskId of this.#localTaskIds.keys()) if (holds(sourceTaskId)) return true;
    for (const sourceTaskId of this.#remoteIds) if (holds(sourceTaskId)) return true;
    return false;
  }

  /** Whether a subscriber of this process gets the changes of a task. */
  hasLocalSubscriber(sourceTaskId: string): boolean {
    return this.#localTasksCount > 0 || this.#localTaskIds.has(sourceTaskId);
  }

  startRecording(): void {
    this.#isRecording = true;
  }

  stopRecording(): void {
    this.#isRecording = false;
  }

  followTask(sourceTaskId: string): void {
    this.#localTaskIds.set(sourceTaskId, (this.#localTaskIds.get(sourceTaskId) ?? 0) + 1);
  }

  unfollowTask(sourceTaskId: string): void {
    const left = (this.#localTaskIds.get(sourceTaskId) ?? 1) - 1;
    if (left > 0) this.#localTaskIds.set(sourceTaskId, left);
    else this.#localTaskIds.delete(sourceTaskId);
  }

  followList(): void {
    this.#localListCount += 1;
  }

  unfollowList(): void {
    this.#localListCount -= 1;
  }

  followTasks(): void {
    this.#localTasksCount += 1;
  }

  unfollowTasks(): void {
    this.#localTasksCount -= 1;
  }

  setRemote(remote: SubscriptionInterest): void {
    this.#remote = remote;
    this.#remoteIds = new Set(remote.ids);
  }
}
