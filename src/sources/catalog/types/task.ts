import { Field, Int, ObjectType } from 'type-graphql';

import { Task } from '../../../task/model/task.js';
import { CatalogLink } from './link.js';

@ObjectType({ description: 'A task that installs or removes a catalog package.', implements: Task })
export class CatalogTask extends Task {
  override readonly __typename!: 'CatalogTask';

  @Field(() => String, { description: 'The install it makes or removes.', nullable: true })
  installId!: string | null;

  @Field(() => String, { description: 'The package.', nullable: true })
  packageId!: string | null;

  @Field(() => String, { description: 'Its readable name.', nullable: true })
  packageSlug!: string | null;

  @Field(() => Int, { description: 'Its version.', nullable: true })
  packageVersion!: number | null;

  @Field(() => [CatalogLink], { description: 'Links as the plane gives them.' })
  links!: readonly CatalogLink[];
}
