import type { ActionPayloadFields } from './actions.js';
import type { CancelTaskPayload } from './cancel-task-payload.js';
import type { RetryTaskPayload } from './retry-task-payload.js';

/** What `retryTask` answers; the mutation id comes back as it came. */
export function retryPayload(fields: ActionPayloadFields, clientMutationId: string | null | undefined): RetryTaskPayload {
  return { __typename: 'RetryTaskPayload', ...fields, clientMutationId: clientMutationId ?? null };
}

/** What `cancelTask` answers; the mutation id comes back as it came. */
export function cancelPayload(fields: ActionPayloadFields, clientMutationId: string | null | undefined): CancelTaskPayload {
  return { __typename: 'CancelTaskPayload', ...fields, clientMutationId: clientMutationId ?? null };
}
