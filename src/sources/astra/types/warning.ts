import { Field, ObjectType } from 'type-graphql';

import { TaskWarningFields } from '../../../task/model/warning-fields.js';
import { JSONObject, type JsonObject } from '../../../task/scalars/json-object.js';

@ObjectType({ description: 'From Astra: why the actual state does not match the desired one.', implements: TaskWarningFields })
export class AstraWarning extends TaskWarningFields {
  override readonly __typename!: 'AstraWarning';

  @Field(() => String, { description: 'The problem type.', nullable: true })
  override code!: string | null;

  @Field(() => String, { description: 'The detail.' })
  override message!: string;

  @Field(() => String, { description: 'The title.' })
  title!: string;

  @Field(() => JSONObject, { description: 'More.', nullable: true })
  additionalDetails!: JsonObject | null;
}
