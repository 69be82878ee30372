import type { ExecutionArgs } from 'graphql';

import type { Session } from '../authentication/session.js';

/** Who watches. It travels as the context of a subscription until its events get contexts of their own. */
export class Subscriber {
  readonly session: Session;
  readonly #context: (session: Session) => object;

  constructor(session: Session, context: (session: Session) => object) {
    this.session = session;
    this.#context = context;
  }

  /** The viewer of a subscription that was prepared. */
  static from({ contextValue }: ExecutionArgs): Subscriber {
    if (contextValue instanceof Subscriber) return contextValue;
    throw new Error('A subscription was opened that was not prepared.');
  }

  /** What resolvers work with: a new one to subscribe with, and for each event, so that none is answered from what an earlier one loaded. */
  createContext(): object {
    return this.#context(this.session);
  }
}
