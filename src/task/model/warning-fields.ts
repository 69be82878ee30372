import { Field, InterfaceType } from 'type-graphql';

@InterfaceType({ description: 'What every member of TaskWarning has.' })
export abstract class TaskWarningFields {
  /** The object type that it is. */
  readonly __typename!: string;

  @Field(() => String, { description: 'For programs, where the plane gives one.', nullable: true })
  code!: string | null;

  @Field(() => String, { description: 'For people.' })
  message!: string;
}
