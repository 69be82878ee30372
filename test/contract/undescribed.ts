import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType } from 'graphql';

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** Types, fields, arguments, input fields and enum values of ours that no description explains. */
export function undescribed(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type))
    .flatMap((type) => {
      if (isEnumType(type)) return [...blank([type]), ...blank(type.getValues(), `${type.name}.`)];
      if (isInputObjectType(type)) return [...blank([type]), ...blank(Object.values(type.getFields()), `${type.name}.`)];
      if (!isObjectType(type) && !isInterfaceType(type)) return blank([type]);
      const fields = Object.values(type.getFields());
      const inArguments = fields.flatMap(({ name, args }) => blank(args, `${type.name}.${name}:`));
      return [...blank([type]), ...blank(fields, `${type.name}.`), ...inArguments];
    });
}

function blank(items: readonly Described[], prefix = ''): readonly string[] {
  return items.filter(({ description }) => (description ?? '').trim() === '').map(({ name }) => `${prefix}${name}`);
}
