import type { Delivery } from '../../src/server/subscriptions/delivery.js';

/** The answers of a subscription for a test that takes them one by one: each is on its way to the client until the next one is taken. */
export function iterateDelivery<T>(delivery: Delivery<T>): AsyncIterableIterator<T> {
  const over = { done: true, value: undefined } as const;
  let ended: Promise<void> | null = null;
  let give: (answer: T) => void = () => undefined;
  let leave: () => void = () => undefined;
  const iterator: AsyncIterableIterator<T> = {
    next: () =>
      new Promise((resolve, reject) => {
        give = (value) => resolve({ done: false, value });
        leave();
        ended ??= delivery.run((answer) => {
          const leaving = new Promise<void>((left) => {
            leave = left;
          });
          give(answer);
          return leaving;
        });
        ended.then(() => resolve(over), reject);
      }),
    return: async () => {
      delivery.stop();
      return over;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
