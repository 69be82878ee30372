import {
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Fields of every task that are for those who run the planes: what the plane sent, and what may be done about it. */
const keptBack: ReadonlySet<string> = new Set(['raw', 'retry', 'cancel']);

/** What `@tag(name: "public")` stands on: all that a caller who only looks can reach. */
export interface PublicParts {
  /** Whether a type is public as a whole, with every field that it has and will have. */
  isWhole(typeName: string): boolean;
  /** Whether a field is public of a type that is public in part. */
  has(typeName: string, fieldName: string): boolean;
}

/** Follows every field from the roots of reading and of watching, but those that are kept back; of acting there is nothing. */
export function publicPartsOf(schema: GraphQLSchema): PublicParts {
  const task = schema.getType('Task');
  const isTask = (type: GraphQLNamedType): boolean =>
    type === task || (isObjectType(type) && isInterfaceType(task) && schema.isSubType(task, type));
  const found = new Set<GraphQLNamedType>();
  const visit = (type: GraphQLNamedType): void => {
    if (found.has(type)) return;
    found.add(type);
    if (isUnionType(type)) type.getTypes().forEach(visit);
    if (isInterfaceType(type)) schema.getPossibleTypes(type).forEach(visit);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) visit(getNamedType(field.type));
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    type.getInterfaces().forEach(visit);
    for (const field of Object.values(type.getFields())) {
      if (isTask(type) && keptBack.has(field.name)) continue;
      for (const argument of field.args) visit(getNamedType(argument.type));
      visit(getNamedType(field.type));
    }
  };
  for (const root of [schema.getQueryType(), schema.getSubscriptionType()]) if (root) visit(root);
  const names = new Set([...found].filter((type) => !isTask(type)).map(({ name }) => name));
  const inPart = new Set([...found].filter(isTask).map(({ name }) => name));
  return { isWhole: (name) => names.has(name), has: (name, field) => inPart.has(name) && !keptBack.has(field) };
}
