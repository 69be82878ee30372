import type { ProcessCell } from './process-cell.js';
import type { ProcessOperation } from './process-operation.js';
import { ProcessRequest } from './process-request.js';
import { ProcessSubscription } from './process-subscription.js';

/** The operation of a cell; `taskId` is one that is not finished, where it is about one. */
export function createProcessOperation(cell: ProcessCell, taskId: string): ProcessOperation {
  const { operation } = cell.question;
  return operation === 'subscription' ? new ProcessSubscription(cell, taskId) : new ProcessRequest(cell, operation, taskId);
}
