import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from './warning-fields.js';

@ObjectType({ description: 'From this gateway: some fields could not be read.', implements: TaskWarningFields })
export class MalformedDataWarning extends TaskWarningFields {
  override readonly __typename!: 'MalformedDataWarning';

  @Field(() => String, { description: 'MALFORMED_DATA', nullable: true })
  override code!: string | null;

  @Field(() => [String], { description: "Which, in the plane's names." })
  fields!: readonly string[];
}
