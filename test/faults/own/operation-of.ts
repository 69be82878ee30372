import type { OwnCell } from './own-cell.js';
import type { OwnOperation } from './own-operation.js';
import { OwnRequest } from './own-request.js';
import { OwnSubscription } from './own-subscription.js';

/** The operation of a cell; `taskId` is one that is not finished, where it is about one. */
export function operationOf(cell: OwnCell, taskId: string): OwnOperation {
  const { operation } = cell.question;
  return operation === 'subscription' ? new OwnSubscription(cell, taskId) : new OwnRequest(cell, operation, taskId);
}
