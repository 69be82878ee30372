import type { ProcessCell } from './process-cell.js';
import type { ProcessOperation } from './process-operation.js';
import { ProcessRequest } from './process-request.js';
import { ProcessSubscription } from './process-subscription.js';

/** Creates the operation of a cell; `taskId` is an unfinished task. */
export function createProcessOperation(cell: ProcessCell, taskId: string): ProcessOperation {
  const { operation } = cell.setup;
  return operation === 'subscription' ? new ProcessSubscription(cell, taskId) : new ProcessRequest(cell, operation, taskId);
}
