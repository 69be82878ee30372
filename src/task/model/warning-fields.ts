import { Field, InterfaceType } from 'type-graphql';

@InterfaceType({ description: 'The fields that all members of the union TaskWarning share.' })
export abstract class TaskWarningFields {
  /** The object type that it is. */
  readonly __typename!: string;

  @Field(() => String, { description: 'Code of the warning, for programs. Null when the control plane gives none.', nullable: true })
  code!: string | null;

  @Field(() => String, { description: 'The warning as a human-readable text.' })
  message!: string;
}
