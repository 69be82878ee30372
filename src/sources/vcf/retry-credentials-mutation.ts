import { Arg, Ctx, Field, ID, InputType, Mutation, Resolver } from 'type-graphql';

import { Needs } from '../../gateway/access/caller.js';
import { actionDescriptions } from '../../gateway/actions/inputs.js';
import { buildRetryPayload, RetryTaskPayload } from '../../gateway/actions/payloads.js';
import type { OperationContext } from '../../gateway/operation-context.js';
import { retryVcfCredentialsTask, VcfCredentialsElementInput } from './retry-credentials.js';

/**
 * The one mutation of a source, with input that no other source understands. It imports from the gateway, which nothing
 * else below `sources` does, because it acts through the same guards, idempotency and audit as `retryTask`; the import
 * table allows this file.
 */
@Resolver()
export class RetryVcfCredentialsTaskResolver {
  @Needs('retry')
  @Mutation(() => RetryTaskPayload, {
    nullable: true,
    description:
      'Retries a failed credentials task of SDDC Manager with the credentials in the input, which an UPDATE or a REMEDIATE needs again. A ROTATE can usually be retried with retryTask.',
  })
  async retryVcfCredentialsTask(
    @Arg('input', () => RetryVcfCredentialsTaskInput, {
      description: 'The credentials task to retry and its credentials, with an optional reason and idempotency key.',
    })
    input: RetryVcfCredentialsTaskInput,
    @Ctx() { actions }: OperationContext,
  ): Promise<RetryTaskPayload> {
    const command = {
      action: 'RETRY',
      input: { kind: 'VCF', mutation: retryVcfCredentialsTask, value: { elements: input.elements } },
    } as const;
    return buildRetryPayload(await actions.act(retryVcfCredentialsTask, command, input), input.clientMutationId);
  }
}

@InputType({ description: 'Input of the mutation retryVcfCredentialsTask.' })
class RetryVcfCredentialsTaskInput {
  @Field(() => ID, { description: 'Id of the credentials task that is to be retried.' })
  id!: string;

  @Field(() => [VcfCredentialsElementInput], {
    description: 'The credentials that are sent to SDDC Manager with the retry, at least one. They are never logged and never stored.',
  })
  elements!: readonly VcfCredentialsElementInput[];

  @Field(() => String, { description: actionDescriptions.idempotencyKey, nullable: true })
  idempotencyKey?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.reason, nullable: true })
  reason?: string | null | undefined;

  @Field(() => String, { description: actionDescriptions.clientMutationIdInput, nullable: true })
  clientMutationId?: string | null | undefined;
}
