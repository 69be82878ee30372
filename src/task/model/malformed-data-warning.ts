import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from './warning-fields.js';

@ObjectType({
  description: 'A warning of this gateway: some fields that the control plane sent could not be read and were dropped.',
  implements: TaskWarningFields,
})
export class MalformedDataWarning extends TaskWarningFields {
  override readonly __typename!: 'MalformedDataWarning';

  @Field(() => String, { description: 'Always MALFORMED_DATA; a constant that programs can compare with.', nullable: true })
  override code!: string | null;

  @Field(() => [String], { description: 'Names of the fields that could not be read, as the control plane spells them.' })
  fields!: readonly string[];
}
