import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import { Needs } from '../../../task/access/needs.js';
import { retryPayload } from '../../../task/act/payload-of.js';
import { RetryTaskPayload } from '../../../task/act/retry-task-payload.js';
import type { Operation } from '../../../task/gateway.js';
import { retryVcfCredentialsTask } from './credentials-retry.js';
import { RetryVcfCredentialsTaskInput } from '../types/retry-vcf-credentials-task-input.js';

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
    @Ctx() { actions }: Operation,
  ): Promise<RetryTaskPayload> {
    const command = {
      action: 'RETRY',
      input: { kind: 'VCF', mutation: retryVcfCredentialsTask, value: { elements: input.elements } },
    } as const;
    return retryPayload(await actions.act(retryVcfCredentialsTask, command, input), input.clientMutationId);
  }
}
