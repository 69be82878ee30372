import type { Caller } from './access/caller.js';
import type { Actions } from './actions/actions.js';
import type { Tracking } from './actions/tracking.js';
import type { TaskHistory } from './history/task-history.js';
import type { AuthorizedReader } from './query/authorized-reader.js';
import type { ListQueries } from './query/list-queries.js';
import type { NodeQueries } from './query/node-queries.js';
import type { ResponseBudget } from './query/response-budget.js';
import type { CallerSubscriptions } from './subscriptions/caller-subscriptions.js';

/** The parts of an operation. */
interface OperationParts {
  readonly nodes: NodeQueries;
  readonly taskLists: ListQueries;
  readonly actions: Actions;
  readonly tracking: Tracking;
  readonly subscriptions: CallerSubscriptions;
  readonly history: TaskHistory;
  readonly responseBudget: ResponseBudget;
}

/** How each part is created. */
export type OperationFactories = { readonly [Part in keyof OperationParts]: () => OperationParts[Part] };

/**
 * One GraphQL operation, or one event of a subscription, of one caller: all that resolvers work with. Each part is
 * created when it is first used, because hardly any operation uses all of them, and events of subscriptions are many.
 */
export class OperationContext implements OperationParts {
  readonly caller: Caller;
  /**
   * The operation is executed anew: what it has read is kept, what it has charged is forgotten. Nothing of the first execution may be
   * pending.
   */
  readonly restart: () => void;
  /** Logs what is read, or repeats what an earlier operation has read; resolvers use neither. */
  readonly reads: Pick<AuthorizedReader, 'logReads' | 'repeat'>;
  /** No #private member: Apollo Server copies the context of each operation, and the copy must share the parts. */
  private readonly parts: OperationFactories;

  constructor(caller: Caller, factories: OperationFactories, restart: () => void, reads: OperationContext['reads']) {
    this.caller = caller;
    this.restart = restart;
    this.reads = reads;
    this.parts = {
      nodes: lazy(factories.nodes),
      taskLists: lazy(factories.taskLists),
      actions: lazy(factories.actions),
      tracking: lazy(factories.tracking),
      subscriptions: lazy(factories.subscriptions),
      history: lazy(factories.history),
      responseBudget: lazy(factories.responseBudget),
    };
  }

  get nodes(): NodeQueries {
    return this.parts.nodes();
  }

  get taskLists(): ListQueries {
    return this.parts.taskLists();
  }

  get actions(): Actions {
    return this.parts.actions();
  }

  get tracking(): Tracking {
    return this.parts.tracking();
  }

  get subscriptions(): CallerSubscriptions {
    return this.parts.subscriptions();
  }

  get history(): TaskHistory {
    return this.parts.history();
  }

  get responseBudget(): ResponseBudget {
    return this.parts.responseBudget();
  }
}

function lazy<T extends object>(create: () => T): () => T {
  let created: T | null = null;
  return () => (created ??= create());
}
