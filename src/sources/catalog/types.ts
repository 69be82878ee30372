import { Field, Int, ObjectType } from 'type-graphql';

import { InlineList } from '../../model/field-metadata.js';
import { DateTime, type JsonObject, JsonObjectScalar } from '../../model/scalars.js';
import { TaskWarningFields } from '../../model/task-warning.js';
import { Task } from '../../model/task.js';

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

  @InlineList()
  @Field(() => [CatalogLink], { description: 'Links that the catalog attaches to the task; empty when there are none.' })
  links!: readonly CatalogLink[];
}

@ObjectType({ description: 'A link that the catalog attaches to a task, in the form of RFC 7033.' })
export class CatalogLink {
  @Field(() => String, {
    description:
      'Target of the link: a fragment such as #name for an entity of the same graph, or a path or URL of something outside of it.',
  })
  href!: string;

  @Field(() => String, { description: 'Relation type of the link, which says how the target is related to the task.' })
  rel!: string;

  @Field(() => String, { description: 'Media type of the target. Null when the catalog does not send it.', nullable: true })
  type!: string | null;

  @Field(() => JsonObjectScalar, {
    description: 'Human-readable titles of the link, by BCP 47 language tag. Null when the catalog sends none.',
    nullable: true,
  })
  titles!: JsonObject | null;

  @Field(() => JsonObjectScalar, {
    description: 'Further properties of the link by their names, with secrets replaced by "[removed]". Null when the catalog sends none.',
    nullable: true,
  })
  properties!: JsonObject | null;
}

@ObjectType({
  description:
    'A warning from the catalog, for example that adopted entities are kept when an install is deleted. It has the form of an error but reports no failure.',
  implements: TaskWarningFields,
})
export class CatalogWarning extends TaskWarningFields {
  override readonly __typename!: 'CatalogWarning';

  @Field(() => String, {
    description: 'Code of the warning in the vocabulary of the catalog, for example conflict. Null when the catalog sends none.',
    nullable: true,
  })
  override code!: string | null;

  @Field(() => String, {
    description: 'Path of the request that the warning is about. Null when the catalog does not send it.',
    nullable: true,
  })
  path!: string | null;

  @Field(() => Int, {
    description: 'HTTP status that the catalog assigns to the warning. Null when the catalog does not send it.',
    nullable: true,
  })
  httpStatus!: number | null;

  @Field(() => String, {
    description: 'Id of the request at the catalog, for its support. Null when the catalog does not send it.',
    nullable: true,
  })
  requestId!: string | null;

  @Field(() => DateTime, { description: 'When the catalog created the warning. Null when the catalog does not send it.', nullable: true })
  timestamp!: number | null;

  @InlineList()
  @Field(() => [CatalogWarningDetail], {
    description: 'What the warning says about single fields of the request; empty when the catalog sends no details.',
  })
  details!: readonly CatalogWarningDetail[];
}

@ObjectType({ description: 'What a warning of the catalog says about one field of the request.' })
export class CatalogWarningDetail {
  @Field(() => String, { description: 'Code of the detail in the vocabulary of the catalog.' })
  code!: string;

  @Field(() => String, { description: 'JSON path of the field in the body of the request.' })
  field!: string;

  @Field(() => String, { description: 'The detail as a human-readable text.' })
  message!: string;
}
