import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'The credentials side of a task.' })
export class VcfCredentialsOperation {
  @Field(() => String, { description: 'UPDATE, ROTATE, REMEDIATE, UPDATE_AUTO_ROTATE_POLICY, or a newer word.' })
  operationType!: string;

  @Field(() => Boolean, { description: 'Begun by a policy.', nullable: true })
  isAutoRotate!: boolean | null;
}
