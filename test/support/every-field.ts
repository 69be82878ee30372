import {
  getNamedType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Types that nest in themselves and are worth asking for twice. */
const nested: ReadonlySet<string> = new Set(['TaskFailure', 'VcfSubtask', 'VcfCredentialsSubtask']);

/** Below these a tree has the fields that it has elsewhere; operation and response would only be longer. */
const withoutTree: ReadonlySet<string> = new Set(['TaskEdge', 'TaskSubtaskConnection', 'TaskFailureGroup']);

/** A selection of every field of a type, down to where types repeat; `{` and `}` included. Empty where nothing is left to select. */
export function everyField(schema: GraphQLSchema, typeName: string, path: readonly string[] = []): string {
  const type = schema.getType(typeName);
  const depth = path.filter((name) => name === typeName).length;
  if (typeName === 'TaskSubtaskTree' && path.some((name) => withoutTree.has(name))) return '';
  if (type === undefined || depth > (nested.has(typeName) ? 1 : 0)) return '';
  const below = [...path, typeName];
  const own = isObjectType(type) || isInterfaceType(type) ? fieldsOf(schema, type, below, new Set()) : [];
  const parts = isInterfaceType(type) || isUnionType(type) ? fragmentsOf(schema, type, below) : [];
  const all = [...own, ...parts];
  return all.length === 0 ? '' : `{ __typename ${all.join(' ')} }`;
}

function fragmentsOf(schema: GraphQLSchema, type: Parameters<GraphQLSchema['getPossibleTypes']>[0], path: readonly string[]): string[] {
  const shared = new Set(isInterfaceType(type) ? Object.keys(type.getFields()) : []);
  return schema.getPossibleTypes(type).flatMap((member) => {
    if (path.includes(member.name) && !nested.has(member.name)) return [];
    const fields = fieldsOf(schema, member, [...path, member.name], shared);
    return fields.length === 0 ? [] : [`... on ${member.name} { ${fields.join(' ')} }`];
  });
}

function fieldsOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  path: readonly string[],
  without: ReadonlySet<string>,
): string[] {
  return Object.values(type.getFields())
    .filter(({ name }) => !without.has(name))
    .flatMap((field) => {
      const inner: GraphQLNamedType = getNamedType(field.type);
      if (!isObjectType(inner) && !isInterfaceType(inner) && !isUnionType(inner)) return [field.name];
      const selection = everyField(schema, inner.name, path);
      return selection === '' ? [] : [`${field.name} ${selection}`];
    });
}
