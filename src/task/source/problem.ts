import { Field, Int, ObjectType } from 'type-graphql';

import { TaskSourceProblemKind } from './problem-kind.js';

@ObjectType({ description: 'Why a source could not be read, or not completely, or why an action on its control plane failed.' })
export class TaskSourceProblem {
  @Field(() => TaskSourceProblemKind, { description: 'Category of the problem, for programs.' })
  kind!: TaskSourceProblemKind;

  @Field(() => String, { description: 'The problem as a human-readable text; it contains no URL, no credential and no stack trace.' })
  message!: string;

  @Field(() => Int, {
    description: 'HTTP status of the answer of the control plane. Null when there was no answer, or its status is not known.',
    nullable: true,
  })
  httpStatus!: number | null;

  @Field(() => String, {
    description:
      'Reference under which the support of the control plane finds the problem: the referenceToken of SDDC Manager, the correlationID of Astra Control or the request_id of the catalog. Null when there is none.',
    nullable: true,
  })
  referenceToken!: string | null;
}
