import type { Caller } from './access/caller.js';
import { Actions } from './actions/actions.js';
import { Tracking } from './actions/tracking.js';
import { TaskHistory } from './history/task-history.js';
import { ListQueries } from './query/list-queries.js';
import { NodeQueries } from './query/node-queries.js';
import { ResponseBudget } from './query/response-budget.js';
import { CallerSubscriptions } from './subscriptions/caller-subscriptions.js';

/** What resolvers work with: reading, acting and watching for one caller, one operation long. */
export interface OperationContext {
  readonly caller: Caller;
  readonly tasks: NodeQueries;
  readonly lists: ListQueries;
  readonly actions: Actions;
  readonly tracking: Tracking;
  readonly subscriptions: CallerSubscriptions;
  readonly history: TaskHistory;
  readonly responseBudget: ResponseBudget;
}
