import { type Interest, noInterest } from '../replica/interest.js';

/** Who follows what of one source: here, and in other processes that this one polls for. */
export class Audience {
  /** How many here follow a task, by its id at the plane. */
  readonly #here = new Map<string, number>();
  /** How many here follow the list, for its tasks or for the health of the source. */
  #listHere = 0;
  /** Those of them that follow its tasks. */
  #tasksHere = 0;
  #isRecorded = false;
  #elsewhere: Interest = noInterest;
  #idsElsewhere: ReadonlySet<string> = new Set();

  /** What is followed here; null: nothing is. */
  get here(): Interest | null {
    if (this.isEmpty) return null;
    return { list: this.#listHere > 0, tasks: this.#tasksHere > 0, ids: [...this.#here.keys()] };
  }

  /** Nobody here follows anything, and nothing is recorded. */
  get isEmpty(): boolean {
    return this.#here.size === 0 && this.#listHere === 0 && !this.#isRecorded;
  }

  /** The list is read for the record, whether anybody follows anything or not. */
  get isRecorded(): boolean {
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
  hasId(holds: (localId: string) => boolean): boolean {
    for (const localId of this.#here.keys()) if (holds(localId)) return true;
    for (const localId of this.#idsElsewhere) if (holds(localId)) return true;
    return false;
  }

  /** Whether anybody here is told of a task. */
  isToldHere(localId: string): boolean {
    return this.#tasksHere > 0 || this.#here.has(localId);
  }

  beginRecord(): void {
    this.#isRecorded = true;
  }

  endRecord(): void {
    this.#isRecorded = false;
  }

  followTask(localId: string): void {
    this.#here.set(localId, (this.#here.get(localId) ?? 0) + 1);
  }

  leaveTask(localId: string): void {
    const left = (this.#here.get(localId) ?? 1) - 1;
    if (left > 0) this.#here.set(localId, left);
    else this.#here.delete(localId);
  }

  followList(): void {
    this.#listHere += 1;
  }

  leaveList(): void {
    this.#listHere -= 1;
  }

  followTasks(): void {
    this.#tasksHere += 1;
  }

  leaveTasks(): void {
    this.#tasksHere -= 1;
  }

  hear(elsewhere: Interest): void {
    this.#elsewhere = elsewhere;
    this.#idsElsewhere = new Set(elsewhere.ids);
  }
}
