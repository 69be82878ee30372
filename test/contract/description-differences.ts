import { type GraphQLNamedType, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

/**
 * What the emitted schema describes in other words than the contract, one line each: types, fields, arguments and values. It
 * may say more behind the contract's words, or where the contract says nothing; what is missing is for schemaDifferences to say.
 */
export function descriptionDifferences(contract: GraphQLSchema, emitted: GraphQLSchema): readonly string[] {
  const found = descriptions(emitted);
  return [...descriptions(contract)].flatMap(([place, words]) => {
    const said = found.get(place);
    return said === undefined || words === '' || said === words || said.startsWith(`${words} `)
      ? []
      : [`${place} is described by ${JSON.stringify(said)}, not ${JSON.stringify(words)}`];
  });
}

/** By place, such as `Type.field(argument)`; empty where there is none. */
function descriptions(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return new Map(types.flatMap((type) => [[type.name, type.description ?? ''] as const, ...partsOf(type)]));
}

function partsOf(type: GraphQLNamedType): readonly (readonly [string, string])[] {
  if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value.description ?? '']);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map(({ name, description }) => [`${type.name}.${name}`, description ?? '']);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    [`${type.name}.${name}`, description ?? ''] as const,
    ...args.map((argument) => [`${type.name}.${name}(${argument.name})`, argument.description ?? ''] as const),
  ]);
}
