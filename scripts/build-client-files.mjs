/**
 * Builds what the client package exports besides the client, from schema/schema.graphql and schema/operations:
 *
 *   dist/client/operations.js, .d.ts       every example operation as a document that carries the types of its data and variables
 *   dist/client/possible-types.js, .d.ts   the members of each interface and union, for the cache of Apollo Client
 */
import {
  buildSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
  parse,
  typeFromAST,
} from 'graphql';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'schema/operations');
const schema = buildSchema(readFileSync(join(root, 'schema/schema.graphql'), 'utf8'));

const scalars = { DateTime: 'string', JSONObject: 'Record<string, unknown>', Secret: 'string', URL: 'string' };
Object.assign(scalars, { ID: 'string', String: 'string', Int: 'number', Float: 'number', Boolean: 'boolean' });

/** The enums and inputs that the operations name, directly or through others. */
const used = new Map();

function printNamed(type) {
  if (isScalarType(type)) {
    if (!(type.name in scalars)) throw new Error(`scripts/build-client-files.mjs knows no TypeScript type of the scalar ${type.name}.`);
    return scalars[type.name];
  }
  if (!used.has(type.name)) {
    used.set(type.name, '');
    used.set(type.name, isEnumType(type) ? printEnum(type) : printInput(type));
  }
  return type.name;
}

/** A type where `print` says what stands for the named type in it. */
function printType(type, print) {
  if (isNonNullType(type)) return printNullable(type.ofType, print);
  return `${printNullable(type, print)} | null`;
}

function printNullable(type, print) {
  return isListType(type) ? `readonly (${printType(type.ofType, print)})[]` : `(${print(type)})`;
}

function printEnum(type) {
  const values = type.getValues().map(({ name }) => `'${name}'`);
  return `${printDescription(type)}export type ${type.name} = ${values.join(' | ')};`;
}

function printInput(type) {
  const fields = Object.values(type.getFields()).map((field) => printDescription(field) + printInputField(field.name, field));
  return `${printDescription(type)}export interface ${type.name} {\n${fields.join('\n')}\n}`;
}

function printInputField(name, { type, defaultValue }) {
  const isOptional = !isNonNullType(type) || defaultValue !== undefined;
  return `readonly ${name}${isOptional ? '?' : ''}: ${printType(type, printNamed)}${isOptional ? ' | undefined' : ''};`;
}

function printDescription({ description }) {
  return description ? `/** ${description.replaceAll('*/', '* /').replaceAll('\n', '\n * ')} */\n` : '';
}

/** The object types that can stand where `parent` does: each with what is selected of it; those with equal selections together. */
function printSelections(parent, selectionSets, fragments) {
  const objects = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
  const groups = new Map();
  for (const object of objects) {
    const fields = [...collectFields(object, selectionSets, fragments)];
    const name = fields.find(([, { definition }]) => definition === null)?.[0];
    const lines = fields
      .filter(([, { definition }]) => definition !== null)
      .map(([key, { definition, isOptional, selections }]) => {
        const print = (type) => (isCompositeType(type) ? printSelections(type, selections, fragments) : printNamed(type));
        const line = `readonly ${key}${isOptional ? '?' : ''}: ${printType(definition.type, print)};`;
        return { line, described: printDescription(definition) + line };
      });
    const key = lines.map(({ line }) => line).join('\n');
    const text = lines.map(({ described }) => described).join('\n');
    const group = groups.get(key) ?? { name, text, types: [] };
    // The descriptions of one type would be wrong for another.
    groups.set(key, { name, text: group.text === text ? text : key, types: [...group.types, `'${object.name}'`] });
  }
  const members = [...groups.values()].map(({ name, text, types }) => {
    const typename = name === undefined ? '' : `readonly ${name}: ${types.join(' | ')};\n`;
    return `{ ${typename}${text} }`;
  });
  return members.join(' | ');
}

/** By key of the response; the definition of `__typename` is null. */
function collectFields(object, selectionSets, fragments, isOptional = false, fields = new Map()) {
  for (const selection of selectionSets.flatMap(({ selections }) => selections)) {
    const isConditional = isOptional || selection.directives.some(({ name }) => ['include', 'skip'].includes(name.value));
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const before = fields.get(key);
      const definition = selection.name.value === '__typename' ? null : object.getFields()[selection.name.value];
      const selections = [...(before?.selections ?? []), ...(selection.selectionSet ? [selection.selectionSet] : [])];
      fields.set(key, { definition, isOptional: isConditional && (before?.isOptional ?? true), selections });
      continue;
    }
    const { typeCondition, selectionSet } = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    const condition = typeCondition ? schema.getType(typeCondition.name.value) : object;
    const applies = condition === object || (isAbstractType(condition) && schema.isSubType(condition, object));
    if (applies) collectFields(object, [selectionSet], fragments, isConditional, fields);
  }
  return fields;
}

function printOperation(file) {
  const text = readFileSync(join(folder, file), 'utf8');
  const document = parse(text, { noLocation: true });
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const fragments = new Map(document.definitions.filter((one) => one !== operation).map((one) => [one.name.value, one]));
  const name = operation.name.value;
  const data = printSelections(schema.getRootType(operation.operation), [operation.selectionSet], fragments);
  const variables = operation.variableDefinitions.map(({ variable, type, defaultValue }) =>
    printInputField(variable.name.value, { type: typeFromAST(schema, type), defaultValue }),
  );
  const comment = [...text.matchAll(/^# ?(.*)$/gm)].map(([, line]) => ` * ${line}`).join('\n');
  return {
    script: `/** The operation of schema/operations/${file}. */\nexport const ${name} = ${JSON.stringify(document)};\n`,
    types: `export interface ${name}Data ${data}
      export type ${name}Variables = {${variables.join('\n')}};
      /**\n${comment}\n */
      export declare const ${name}: TypedDocument<${name}Data, ${name}Variables>;`,
  };
}

const operations = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .sort()
  .map(printOperation);
const declarations = `
  /** An operation with the types of its data and variables. Every client that takes a TypedDocumentNode takes it. */
  export interface TypedDocument<Data, Variables> {
    readonly kind: any;
    readonly definitions: any;
    __apiType?: (variables: Variables) => Data;
  }
  ${operations.map(({ types }) => types).join('\n')}
  ${[...used.values()].join('\n')}`;
const possibleTypes = Object.values(schema.getTypeMap())
  .filter((type) => isAbstractType(type) && !type.name.startsWith('__'))
  .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]);

write('operations.js', operations.map(({ script }) => script).join('\n'));
write('operations.d.ts', await format(declarations, { parser: 'typescript', printWidth: 140, singleQuote: true }));
write('possible-types.js', `export const possibleTypes = ${JSON.stringify(Object.fromEntries(possibleTypes))};\n`);
write(
  'possible-types.d.ts',
  `/** The object types of each interface and union, for \`new InMemoryCache({ possibleTypes })\` of Apollo Client. */
export declare const possibleTypes: Record<string, string[]>;
`,
);

function write(file, text) {
  writeFileSync(join(root, 'dist/client', file), text);
}
