import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';

/** A description, or the reason of a deprecation, and where it stands. */
interface Described {
  readonly place: string;
  readonly text: string;
}

/**
 * Words that mean something in this code base alone, or that name a concept for which the field has another term. They are compared as
 * whole words, in upper or lower case.
 */
export const privateWords = [
  'asked',
  'behind',
  'dear',
  'authenticator',
  'findings',
  'flight',
  'hand',
  'handed',
  'hands',
  'hear',
  'house',
  'journal',
  'ledger',
  'member of the audience',
  'odd',
  'plane',
  'ration',
  'roster',
  'room',
  'seat',
  'settle',
  'settled',
  'so many',
  'spare',
  'spares',
  'told',
  'verdict',
  'visitor',
  'wants',
  'weigh',
  'words',
] as const;

/** What is wrong with the descriptions of a schema, one line each: types, fields, arguments, input fields, enum values and directives. */
export function unreadableDescriptions(schema: GraphQLSchema): readonly string[] {
  return describedIn(schema).flatMap(({ place, text }) => faultsOf(text).map((fault) => `${place} ${fault}: ${JSON.stringify(text)}`));
}

function faultsOf(text: string): readonly string[] {
  // "Control plane" is the term of the product; the short form alone is not understood outside of it.
  const plain = text.replaceAll(/\bcontrol planes?\b/gi, '');
  const found = privateWords.filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(plain));
  return [
    ...(text.trim().split(/\s+/).length < 4 ? ['has fewer than four words'] : []),
    ...(/^[A-Z]/.test(text) ? [] : ['does not begin with a capital letter']),
    ...(/[^.]\.$/.test(text) ? [] : ['does not end with a full stop']),
    ...found.map((word) => `uses the private word "${word}"`),
  ];
}

function describedIn(schema: GraphQLSchema): readonly Described[] {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
  const directives = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  return [
    ...types.flatMap((type) => [described(type.name, type), ...partsOf(type)]),
    ...directives.flatMap((directive) => [
      described(`@${directive.name}`, directive),
      ...inArguments(`@${directive.name}`, directive.args),
    ]),
  ];
}

function partsOf(type: GraphQLNamedType): readonly Described[] {
  if (isEnumType(type)) return type.getValues().flatMap((value) => everyTextOf(`${type.name}.${value.name}`, value));
  if (isInputObjectType(type)) return Object.values(type.getFields()).flatMap((field) => everyTextOf(`${type.name}.${field.name}`, field));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const place = `${type.name}.${field.name}`;
    return [...everyTextOf(place, field), ...inArguments(place, field.args)];
  });
}

function inArguments(place: string, args: readonly GraphQLArgument[]): readonly Described[] {
  return args.flatMap((argument) => everyTextOf(`${place}(${argument.name})`, argument));
}

interface Item {
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

function everyTextOf(place: string, item: Item): readonly Described[] {
  const reason = item.deprecationReason ?? null;
  return [described(place, item), ...(reason === null ? [] : [{ place: `${place} @deprecated`, text: reason }])];
}

function described(place: string, { description }: Item): Described {
  return { place, text: description ?? '' };
}
