import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceProblemKind } from './problem-kind.js';

@ObjectType({ description: 'Why a source did not answer well.' })
export class TaskSourceProblem {
  @Field(() => TaskSourceProblemKind, { description: 'For programs.' })
  kind!: TaskSourceProblemKind;

  @Field(() => String, { description: 'For people; no URL, no credential, no stack.' })
  message!: string;

  @Field(() => Int, { description: 'What the plane answered, where it did.', nullable: true })
  httpStatus!: number | null;

  @Field(() => String, {
    description: "The plane's support key: VCF referenceToken, Astra correlationID, Catalog request_id.",
    nullable: true,
  })
  referenceToken!: string | null;
}
