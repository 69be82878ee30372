import { Field, InterfaceType } from 'type-graphql';

@InterfaceType({ description: 'The fields that all members of the unions TaskActionError and TrackTaskError share.' })
export abstract class TaskActionErrorFields {
  @Field(() => String, { description: 'The error as a human-readable text.' })
  message!: string;

  @Field(() => [String], {
    description: 'Path of the input field that the error is about, from the argument inward, for example ["input", "id"].',
  })
  path!: readonly string[];
}
