import { Field, Int, ObjectType } from 'type-graphql';

import { Task } from '../../../task/model/task.js';
import { CatalogLink } from './link.js';

@ObjectType({ description: 'A task of the catalog, which installs or removes a package.', implements: Task })
export class CatalogTask extends Task {
  override readonly __typename!: 'CatalogTask';

  @Field(() => String, {
    description: 'Id of the install that the task creates or deletes. Null while the catalog does not send it.',
    nullable: true,
  })
  installId!: string | null;

  @Field(() => String, { description: 'Id of the package at the catalog. Null when the catalog does not send it.', nullable: true })
  packageId!: string | null;

  @Field(() => String, { description: 'Readable short name of the package. Null when the catalog does not send it.', nullable: true })
  packageSlug!: string | null;

  @Field(() => Int, { description: 'Version number of the package. Null when the catalog does not send it.', nullable: true })
  packageVersion!: number | null;

  @Field(() => [CatalogLink], { description: 'Links that the catalog attaches to the task; empty when there are none.' })
  links!: readonly CatalogLink[];
}
