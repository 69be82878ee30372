/** One change has an event for each of thousands of subscribers. After so many of them, it is the turn of everything else in the process. */
const maxInTurn = 500;

interface Member {
  answerEvent(): void;
}

/**
 * Lets subscribers take turns: an event is not answered while the cache is still telling others of it, and the events of all subscribers do
 * not keep the process from other work for longer than a few milliseconds.
 */
export class Turns {
  #waiting: Member[] = [];

  /** Calls `answerEvent` of the member soon, after that of those who came before it. It must not throw. */
  add(member: Member): void {
    this.#waiting.push(member);
    if (this.#waiting.length === 1) queueMicrotask(this.#take);
  }

  readonly #take = (): void => {
    const members = this.#waiting;
    const count = Math.min(members.length, maxInTurn);
    for (let place = 0; place < count; place++) members[place]?.answerEvent();
    // Those who came meanwhile are at its end.
    this.#waiting = members.slice(count);
    if (this.#waiting.length > 0) setImmediate(this.#take);
  };
}
