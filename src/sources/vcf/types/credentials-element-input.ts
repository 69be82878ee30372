import { Field, ID, InputType } from 'type-graphql';

import { Secret, type SecretText } from '../../../task/scalars/secret.js';

@InputType({ description: 'One credential to set.' })
export class VcfCredentialsElementInput {
  @Field(() => ID, { description: 'Or the name.', nullable: true })
  resourceId?: string | null | undefined;

  @Field(() => String, { description: 'Or the id.', nullable: true })
  resourceName?: string | null | undefined;

  @Field(() => String, { description: 'ESXI, VCENTER, NSXT_MANAGER, ...' })
  resourceType!: string;

  @Field(() => String, { description: 'SSO, SSH, API, FTP, AUDIT.', nullable: true })
  credentialType?: string | null | undefined;

  @Field(() => String, { description: 'USER, SYSTEM, SERVICE.', nullable: true })
  accountType?: string | null | undefined;

  @Field(() => String, { description: 'The account.' })
  username!: string;

  @Field(() => Secret, { description: 'Needed for UPDATE and REMEDIATE.', nullable: true })
  password?: SecretText | null | undefined;
}
