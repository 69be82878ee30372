/**
 * Events that are answered in one iteration of the event loop, which takes a few milliseconds: one change has an event for each of
 * thousands of subscribers.
 */
const maxAtOnce = 500;

interface Member {
  answerEvent(): void;
}

/**
 * The events that wait to be answered, of all subscribers: none is answered while the cache is still telling listeners of it, and all of
 * them together do not keep the process from other work.
 */
export class EventQueue {
  #waiting: Member[] = [];

  /** Calls `answerEvent` of the member soon, after that of those who came before it. It must not throw. */
  add(member: Member): void {
    this.#waiting.push(member);
    if (this.#waiting.length === 1) queueMicrotask(this.#answerNext);
  }

  readonly #answerNext = (): void => {
    const members = this.#waiting;
    const count = Math.min(members.length, maxAtOnce);
    for (let index = 0; index < count; index++) members[index]?.answerEvent();
    // Those who came meanwhile are at its end.
    this.#waiting = members.slice(count);
    if (this.#waiting.length > 0) setImmediate(this.#answerNext);
  };
}
