import { Field, ObjectType } from 'type-graphql';

import { Url } from '../scalars/url.js';

@ObjectType({ description: 'A terminal reason. Recursive, because planes nest their causes.' })
export class TaskFailure {
  @Field(() => String, { description: "The plane's code.", nullable: true })
  code!: string | null;

  @Field(() => String, { description: 'For people.' })
  message!: string;

  @Field(() => String, { description: 'What to do.', nullable: true })
  remediation!: string | null;

  @Field(() => Url, { description: 'Where to read more.', nullable: true })
  remediationUrl!: string | null;

  @Field(() => String, { description: "The plane's support key.", nullable: true })
  referenceToken!: string | null;

  @Field(() => [String], { description: 'Names of the subtasks that lead here, outermost first; empty when the task itself reported it.' })
  subtaskPath!: readonly string[];

  @Field(() => [TaskFailure], { description: 'What lies beneath.' })
  causes!: readonly TaskFailure[];
}
