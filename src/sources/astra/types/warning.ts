import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from '../../../task/model/warning-fields.js';
import { JSONObject, type JsonObject } from '../../../task/scalars/json-object.js';

@ObjectType({
  description: 'A warning from Astra Control: a condition that keeps the actual state of a task from matching the desired one.',
  implements: TaskWarningFields,
})
export class AstraWarning extends TaskWarningFields {
  override readonly __typename!: 'AstraWarning';

  @Field(() => String, {
    description: 'Type of the condition, usually the URI of a problem type. Null when Astra Control sends none.',
    nullable: true,
  })
  override code!: string | null;

  @Field(() => String, { description: 'The condition as a human-readable text, or its title when Astra Control sends no text.' })
  override message!: string;

  @Field(() => String, { description: 'Short title of the condition, or its text when Astra Control sends no title.' })
  title!: string;

  @Field(() => JSONObject, {
    description: 'All further members of the condition, with secrets replaced by "[removed]". Null when there are none.',
    nullable: true,
  })
  additionalDetails!: JsonObject | null;
}
