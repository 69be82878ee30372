import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';

/**
 * A selection of every field of a type, and of what hangs on it, as deep as is asked for. Fields that have arguments are
 * asked for without.
 */
export function everyField(schema: GraphQLSchema, typeName: string, depth: number): string {
  const type = schema.getType(typeName);
  if (type === undefined) throw new Error(`There is no type ${typeName}.`);
  return selectionOf(schema, type, depth) ?? '{ __typename }';
}

function selectionOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string | null {
  if (isAbstractType(type)) {
    const members = schema.getPossibleTypes(type).map((member) => `... on ${member.name} ${selectionOf(schema, member, depth) ?? ''}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return null;
  const fields = Object.values(type.getFields()).flatMap((field) => fieldOf(schema, field, depth) ?? []);
  return `{ __typename ${fields.join(' ')} }`;
}

function fieldOf(schema: GraphQLSchema, { name, type }: GraphQLField<unknown, unknown>, depth: number): string | null {
  const named = getNamedType(type);
  if (isLeafType(named)) return name;
  return depth === 0 ? null : `${name} ${selectionOf(schema, named, depth - 1) ?? ''}`;
}
