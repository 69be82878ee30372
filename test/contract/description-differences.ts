import { type GraphQLNamedType, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

/**
 * Finds descriptions of types, fields, arguments and values that differ from those of the contract, one line each. The emitted schema may
 * add to a description, and describe what the contract does not. Missing fields are reported by findSchemaDifferences.
 */
export function findDescriptionDifferences(contract: GraphQLSchema, emitted: GraphQLSchema): readonly string[] {
  const actualDescriptions = collectDescriptions(emitted);
  return [...collectDescriptions(contract)].flatMap(([coordinate, expected]) => {
    const actual = actualDescriptions.get(coordinate);
    return actual === undefined || expected === '' || actual === expected || actual.startsWith(`${expected} `)
      ? []
      : [`${coordinate} is described by ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`];
  });
}

/** All descriptions by schema coordinate, such as `Type.field(argument)`; empty when there is none. */
function collectDescriptions(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return new Map(types.flatMap((type) => [[type.name, type.description ?? ''] as const, ...listMembers(type)]));
}

function listMembers(type: GraphQLNamedType): readonly (readonly [string, string])[] {
  if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value.description ?? '']);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map(({ name, description }) => [`${type.name}.${name}`, description ?? '']);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    [`${type.name}.${name}`, description ?? ''] as const,
    ...args.map((argument) => [`${type.name}.${name}(${argument.name})`, argument.description ?? ''] as const),
  ]);
}
