import type { ASTNode } from 'graphql';

/** The types of an operation as TypedDocumentNode, TadaDocumentNode of gql.tada and TypedDocumentString of codegen carry them. */
interface Typed<Data, Variables> {
  __apiType?: (variables: Variables) => Data;
}

/**
 * A parsed document, such as a DocumentNode of graphql-js. A type of its own, so that a project without graphql-js can be compiled
 * against this package.
 */
interface ParsedDocument {
  readonly kind: string;
  readonly definitions: readonly { readonly kind: string }[];
}

/** An operation: its text, or a document that carries the types of its data and variables. */
export type Operation<Data, Variables> = string | ((ParsedDocument | InstanceType<typeof String>) & Typed<Data, Variables>);

/** The variables may be left out when none of them is required. */
export type VariablesArgument<Variables, Options> =
  Record<string, never> extends Variables ? [variables?: Variables, options?: Options] : [variables: Variables, options?: Options];

/** An operation as it is sent. */
export interface SerializedOperation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

export function serializeOperation(
  operation: string | ParsedDocument | InstanceType<typeof String>,
  variables: object | undefined,
): SerializedOperation {
  const query = typeof operation === 'object' && 'definitions' in operation ? printDocument(operation) : String(operation);
  return { query, ...(variables !== undefined && { variables: { ...variables } }) };
}

/** Prints operations and fragments. The `print` of graphql-js would be larger than the whole client; test/client/bundle.test.ts has the budget. */
export function printDocument({ definitions }: ParsedDocument): string {
  return definitions.map((definition) => print(definition as ASTNode)).join('\n');
}

function print(node: ASTNode | undefined): string {
  switch (node?.kind) {
    case 'OperationDefinition':
      return `${node.operation} ${print(node.name)}${printList('(', node.variableDefinitions, ')')}${printEach(node.directives)}${print(node.selectionSet)}`;
    case 'FragmentDefinition':
      return `fragment ${print(node.name)} on ${print(node.typeCondition)}${printEach(node.directives)}${print(node.selectionSet)}`;
    case 'VariableDefinition':
      return `${print(node.variable)}:${print(node.type)}${node.defaultValue ? `=${print(node.defaultValue)}` : ''}${printEach(node.directives)}`;
    case 'SelectionSet':
      return printList('{', node.selections, '}');
    case 'Field':
      return `${node.alias ? `${print(node.alias)}:` : ''}${print(node.name)}${printList('(', node.arguments, ')')}${printEach(node.directives)}${print(node.selectionSet)}`;
    case 'FragmentSpread':
      return `...${print(node.name)}${printEach(node.directives)}`;
    case 'InlineFragment':
      return `...${node.typeCondition ? `on ${print(node.typeCondition)}` : ''}${printEach(node.directives)}${print(node.selectionSet)}`;
    case 'Directive':
      return `@${print(node.name)}${printList('(', node.arguments, ')')}`;
    case 'Argument':
    case 'ObjectField':
      return `${print(node.name)}:${print(node.value)}`;
    case 'Variable':
      return `$${print(node.name)}`;
    case 'NamedType':
      return print(node.name);
    case 'ListType':
      return `[${print(node.type)}]`;
    case 'NonNullType':
      return `${print(node.type)}!`;
    case 'ListValue':
      return `[${printEach(node.values)}]`;
    case 'ObjectValue':
      return `{${printEach(node.fields)}}`;
    case 'StringValue':
      // Every escape of JSON is an escape of GraphQL, too.
      return JSON.stringify(node.value);
    case 'NullValue':
      return 'null';
    case 'Name':
    case 'IntValue':
    case 'FloatValue':
    case 'EnumValue':
    case 'BooleanValue':
      return String(node.value);
    default:
      return '';
  }
}

function printEach(nodes: readonly ASTNode[] = []): string {
  return nodes.map((node) => ` ${print(node)}`).join('');
}

function printList(begin: string, nodes: readonly ASTNode[] = [], end: string): string {
  return nodes.length === 0 ? '' : begin + printEach(nodes).trim() + end;
}
