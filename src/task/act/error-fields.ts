import { Field, InterfaceType } from 'type-graphql';

@InterfaceType({ description: 'What every member of TaskActionError and TrackTaskError has.' })
export abstract class TaskActionErrorFields {
  @Field(() => String, { description: 'For people.' })
  message!: string;

  @Field(() => [String], { description: 'Of the input field it speaks of.' })
  path!: readonly string[];
}
