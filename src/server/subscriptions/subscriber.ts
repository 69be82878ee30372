import type { ExecutionArgs } from 'graphql';

import type { OperationContext } from '../../gateway/operation-context.js';
import type { Session } from '../authentication/session.js';

/** The caller of one subscription. It is the context value of the subscription itself; each event gets a context of its own. */
export class Subscriber {
  readonly session: Session;
  readonly #createContext: (session: Session) => OperationContext;

  constructor(session: Session, createContext: (session: Session) => OperationContext) {
    this.session = session;
    this.#createContext = createContext;
  }

  /** The subscriber of a subscription that `prepareSubscription` made. */
  static from({ contextValue }: ExecutionArgs): Subscriber {
    if (contextValue instanceof Subscriber) return contextValue;
    throw new Error('A subscription was opened that was not prepared.');
  }

  /** A new context for the resolvers, so that no event is answered from what an earlier one loaded. */
  createContext(): OperationContext {
    return this.#createContext(this.session);
  }
}
