import { noSubscriptionInterest, type SubscriptionInterest } from '../../replication/leader-election.js';

/** Who follows what of one source: here, and in other processes that this one polls for. */
export class SubscriberInterest {
  /** How many here follow a task, by its id at the plane. */
  readonly #here = new Map<string, number>();
  /** How many here follow the list, for its tasks or for the health of the source. */
  #listHere = 0;
  /** Those of them that follow its tasks. */
  #tasksHere = 0;
  #isRecorded = false;
  #elsewhere: SubscriptionInterest = noSubscriptionInterest;
  #idsElsewhere: ReadonlySet<string> = new Set();

  /** What is followed here; null: nothing is. */
  get local(): SubscriptionInterest | null {
    if (this.isEmpty) return null;
    return { list: this.#listHere > 0, tasks: this.#tasksHere > 0, ids: [...this.#here.keys()] };
  }

  /** Nobody here follows anything, and nothing is recorded. */
  get isEmpty(): boolean {
    return this.#here.size === 0 && this.#listHere === 0 && !this.#isRecorded;
  }

  /** The list is read for the record, whether anybody follows anything or not. */
  get isRecording(): boolean {
    return this.#isRecorded;
  }

  /** Whether anybody follows anything, here or elsewhere. */
  get isWatched(): boolean {
    return this.hasList || this.#here.size > 0 || this.#idsElsewhere.size > 0;
  }

  get hasList(): boolean {
    return this.#listHere > 0 || this.#elsewhere.list;
  }

  get hasTasks(): boolean {
    return this.#tasksHere > 0 || this.#elsewhere.tasks;
  }

  /** Ids at the plane of the tasks that are followed by themselves. */
  get ids(): readonly string[] {
    return this.#idsElsewhere.size === 0 ? [...this.#here.keys()] : [...new Set([...this.#here.keys(), ...this.#idsElsewhere])];
  }

  /** Whether something holds for one of those tasks. */
  hasId(holds: (sourceTaskId: string) => boolean): boolean {
    for (const sourceTaskId of this.#here.keys()) if (holds(sourceTaskId)) return true;
    for (const sourceTaskId of this.#idsElsewhere) if (holds(sourceTaskId)) return true;
    return false;
  }

  /** Whether anybody here is told of a task. */
  hasLocalSubscriber(sourceTaskId: string): boolean {
    return this.#tasksHere > 0 || this.#here.has(sourceTaskId);
  }

  startRecording(): void {
    this.#isRecorded = true;
  }

  stopRecording(): void {
    this.#isRecorded = false;
  }

  followTask(sourceTaskId: string): void {
    this.#here.set(sourceTaskId, (this.#here.get(sourceTaskId) ?? 0) + 1);
  }

  unfollowTask(sourceTaskId: string): void {
    const left = (this.#here.get(sourceTaskId) ?? 1) - 1;
    if (left > 0) this.#here.set(sourceTaskId, left);
    else this.#here.delete(sourceTaskId);
  }

  followList(): void {
    this.#listHere += 1;
  }

  unfollowList(): void {
    this.#listHere -= 1;
  }

  followTasks(): void {
    this.#tasksHere += 1;
  }

  unfollowTasks(): void {
    this.#tasksHere -= 1;
  }

  setRemote(elsewhere: SubscriptionInterest): void {
    this.#elsewhere = elsewhere;
    this.#idsElsewhere = new Set(elsewhere.ids);
  }
}
