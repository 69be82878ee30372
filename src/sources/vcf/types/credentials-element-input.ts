import { Field, ID, InputType } from 'type-graphql';

import { Secret, type SecretText } from '../../../task/scalars/secret.js';

@InputType({ description: 'The credential of one account that SDDC Manager is to use.' })
export class VcfCredentialsElementInput {
  @Field(() => ID, {
    description: 'Id of the resource that the account belongs to. Required when resourceName is not given.',
    nullable: true,
  })
  resourceId?: string | null | undefined;

  @Field(() => String, {
    description: 'Name of the resource that the account belongs to. Required when resourceId is not given.',
    nullable: true,
  })
  resourceName?: string | null | undefined;

  @Field(() => String, { description: 'Type of the resource, for example ESXI, VCENTER or NSXT_MANAGER.' })
  resourceType!: string;

  @Field(() => String, {
    description: 'Type of the credential: SSO, SSH, API, FTP or AUDIT. Null leaves it out of the request.',
    nullable: true,
  })
  credentialType?: string | null | undefined;

  @Field(() => String, { description: 'Type of the account: USER, SYSTEM or SERVICE. Null leaves it out of the request.', nullable: true })
  accountType?: string | null | undefined;

  @Field(() => String, { description: 'User name of the account.' })
  username!: string;

  @Field(() => Secret, {
    description: 'Password of the account. Required to retry an UPDATE or REMEDIATE, and not sent to retry a ROTATE.',
    nullable: true,
  })
  password?: SecretText | null | undefined;
}
