import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What a credentials task of SDDC Manager does.' })
export class VcfCredentialsOperation {
  @Field(() => String, {
    description:
      'The operation: UPDATE, ROTATE, REMEDIATE, UPDATE_AUTO_ROTATE_POLICY, or another value that SDDC Manager sends. UNKNOWN when it sends none.',
  })
  operationType!: string;

  @Field(() => Boolean, {
    description: 'Whether an auto-rotate policy started the operation. Null when SDDC Manager does not say it.',
    nullable: true,
  })
  isAutoRotate!: boolean | null;
}
