import type { Task } from '../model/task.js';
import type { View } from '../read/view/view.js';
import type { TaskDifferences } from '../read/known/task-difference.js';
import type { TaskSourceHealth } from '../source/health.js';
import type { Interest } from './interest.js';
import type { ReplicaMember, Replicas, Seat } from './replicas.js';
import type { SharedTask } from './shared-task.js';
import type { Turn, TurnListener } from './turn.js';

/** Joins the view of one source with those of other processes, and says whose turn it is to poll it. */
export class Sharing implements ReplicaMember, Turn {
  readonly #view: View;
  readonly #seat: Seat;
  #listener: TurnListener | null = null;
  #phase: 'telling' | 'listening' = 'telling';
  #isOurs = false;
  #isListTold = false;
  /** The health that the others were told of last. */
  #toldHealth: string | null = null;

  constructor(view: View, replicas: Replicas) {
    this.#view = view;
    this.#seat = replicas.join(view.source.name, this);
    view.changes.listen({
      seen: (differences) => this.#share(differences),
      read: () => this.#shareHealth(),
      listed: () => this.#shareList(),
    });
  }

  listen(listener: TurnListener): void {
    this.#listener = listener;
  }

  interestChanged(): void {
    this.#seat.interestChanged();
  }

  get hasList(): boolean {
    return this.#view.changes.hasBaseline;
  }

  interest(): Interest | null {
    return this.#listener?.interest() ?? null;
  }

  turn(isOurs: boolean): void {
    if (isOurs && !this.#isOurs) this.#toldHealth = null;
    this.#isOurs = isOurs;
    this.#listener?.turn(isOurs);
  }

  others(interest: Interest): void {
    this.#listener?.others(interest);
  }

  adopt(tasks: readonly SharedTask[]): void {
    this.#listen(() => this.#view.adopt(tasks));
  }

  adopted(): void {
    this.#view.changes.adopted();
  }

  hear(health: TaskSourceHealth): void {
    if (!this.#isOurs) this.#listen(() => this.#view.hear(health));
  }

  /** What comes from the others is not told to them again. */
  #listen(take: () => void): void {
    this.#phase = 'listening';
    take();
    this.#phase = 'telling';
  }

  #share(differences: TaskDifferences): void {
    if (this.#phase === 'listening') return;
    this.#seat.share([...differences].flatMap(([localId, { after, isListed }]) => this.#shared(localId, after, isListed) ?? []));
  }

  #shared(localId: string, after: Task | null, isListed: boolean): SharedTask | null {
    const askedAt = this.#view.askedAt(localId);
    // It was forgotten here, because it is too old to be shown: that says nothing of the plane.
    if (askedAt === null) return null;
    if (after === null) return { is: 'gone', localId, askedAt };
    const task = this.#view.known(localId);
    return task === undefined ? { is: 'left', localId, askedAt } : { is: 'there', localId, askedAt, task, isListed };
  }

  #shareList(): void {
    if (!this.#isListTold) this.#seat.shareList();
    this.#isListTold = true;
  }

  #shareHealth(): void {
    const { healthKey } = this.#view.changes;
    if (!this.#isOurs || this.#phase === 'listening' || healthKey === this.#toldHealth) return;
    this.#toldHealth = healthKey;
    this.#seat.shareHealth(this.#view.health());
  }
}
