import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

import { computeItemCost, isPropertyRead, readFieldCost } from '../gateway/query/response-budget.js';
import { collectFields, type SelectionScope } from './collect-fields.js';
import { isPromise, type SelectedField, type VariableValues, type WriteValue } from './execution.js';
import { chooseLeafText } from './leaf-text.js';

interface OperationParts {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The values by which `@skip` and `@include` decide; other variables have no influence on what is compiled. */
  readonly variables: VariableValues;
}

/**
 * Compiles an operation to a function that writes its data as JSON. It throws for what is left to graphql-js, such as introspection.
 *
 * A selection of an object type becomes a list of members, each a constant text such as `,"name":` and a function that writes the value.
 * Selections of an interface or a union are compiled for each object type when a first object of it is written.
 */
export function compileOperation(parts: OperationParts): WriteValue {
  return new OperationCompiler(parts).compile();
}

/** A member of a JSON object. */
interface Member {
  /** Everything before its value. */
  readonly lead: string;
  readonly write: WriteValue;
}

class OperationCompiler {
  readonly #schema: GraphQLSchema;
  readonly #operation: OperationDefinitionNode;
  readonly #scope: SelectionScope;
  #fieldCount = 0;

  constructor({ schema, document, operation, variables }: OperationParts) {
    this.#schema = schema;
    this.#operation = operation;
    const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    this.#scope = { schema, fragments, variables };
  }

  compile(): WriteValue {
    const root = this.#schema.getRootType(this.#operation.operation);
    if (root == null) throw new NotCompiledError('The schema has no such root.');
    return this.#compileObject(root, [this.#operation.selectionSet]);
  }

  #compileObject(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): WriteValue {
    const fields = [...collectFields(selectionSets, type, this.#scope)];
    const members = fields.map(([key, nodes], index): Member => {
      const lead = `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`;
      return { lead, write: this.#compileField(type, nodes) };
    });
    if (members.length === 0) return (output) => void (output.text += '{}');
    return (output, value, execution) => {
      for (const { lead, write } of members) {
        output.text += lead;
        write(output, value, execution);
      }
      output.text += '}';
    };
  }

  #compileField(type: GraphQLObjectType, nodes: readonly FieldNode[]): WriteValue {
    const [node] = nodes;
    const name = node?.name.value ?? '';
    if (name === '__typename') {
      const text = JSON.stringify(type.name);
      return (output) => void (output.text += text);
    }
    const definition = type.getFields()[name];
    if (node === undefined || definition === undefined) throw new NotCompiledError(`${type.name}.${name} is left to graphql-js.`);
    const field = this.#createField(type, definition, node, nodes);
    const write = this.#compileValue(definition.type, field);
    return isPropertyRead(definition) ? compilePropertyRead(field, write) : compileResolverCall(field, write);
  }

  #createField(
    parentType: GraphQLObjectType,
    definition: SelectedField['definition'],
    node: FieldNode,
    fieldNodes: readonly FieldNode[],
  ): SelectedField {
    const { schema, fragments } = this.#scope;
    const info = {
      fieldName: definition.name,
      fieldNodes,
      returnType: definition.type,
      parentType,
      schema,
      fragments,
      operation: this.#operation,
    };
    const constantArguments = hasVariables(node) ? null : getArgumentValues(definition, node);
    return { index: this.#fieldCount++, definition, node, constantArguments, info };
  }

  #compileValue(type: GraphQLOutputType, field: SelectedField): WriteValue {
    if (isNonNullType(type)) {
      const write = this.#compileValue(type.ofType, field);
      return (output, value, execution) => {
        if (value == null) throw new NotCompiledError('A value is missing.');
        write(output, value, execution);
      };
    }
    const write = this.#compilePresentValue(type, field);
    return (output, value, execution) => {
      if (value == null) output.text += 'null';
      else write(output, value, execution);
    };
  }

  /** For values that are not null. */
  #compilePresentValue(type: GraphQLOutputType, field: SelectedField): WriteValue {
    if (isListType(type)) return compileList(this.#compileValue(type.ofType, field));
    if (isLeafType(type)) {
      const toText = chooseLeafText(type);
      return (output, value) => void (output.text += toText(value));
    }
    const selectionSets = field.info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (isObjectType(type)) return this.#compileCheckedObject(type, selectionSets, field);
    if (isAbstractType(type)) return this.#compileAbstract(type, selectionSets, field);
    throw new NotCompiledError('There is no such type.');
  }

  #compileAbstract(type: GraphQLAbstractType, selectionSets: readonly SelectionSetNode[], field: SelectedField): WriteValue {
    const writers = new Map<string, WriteValue>();
    const compileFor = (name: string): WriteValue => {
      const member = this.#schema.getType(name);
      if (!isObjectType(member) || !this.#schema.isSubType(type, member)) throw new NotCompiledError(`${name} is no ${type.name}.`);
      const write = this.#compileCheckedObject(member, selectionSets, field);
      writers.set(name, write);
      return write;
    };
    return (output, value, execution) => {
      if (value instanceof Error) throw value;
      const name: unknown = type.resolveType?.(value, execution.context, execution.infoFor(field), type);
      if (typeof name !== 'string') throw new NotCompiledError(`No type is known of a ${type.name}.`);
      (writers.get(name) ?? compileFor(name))(output, value, execution);
    };
  }

  #compileCheckedObject(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[], field: SelectedField): WriteValue {
    // Compiled with the first object: what no object has need not be compiled.
    let write: WriteValue | null = null;
    const { isTypeOf } = type;
    return (output, value, execution) => {
      if (value instanceof Error) throw value;
      if (isTypeOf != null && isTypeOf(value, execution.context, execution.infoFor(field)) !== true)
        throw new NotCompiledError(`This is no ${type.name}.`);
      write ??= this.#compileObject(type, selectionSets);
      write(output, value, execution);
    };
  }
}

/** What a compiled operation does not do. graphql-js then executes the operation, so nobody sees the message. */
class NotCompiledError extends Error {}

function compileResolverCall(field: SelectedField, write: WriteValue): WriteValue {
  return (output, source, execution) => {
    const value = execution.resolve(field, source);
    if (isPromise(value)) execution.writeLater(output.leaveHole(), value, write);
    else write(output, value, execution);
  };
}

/** Reads the value where graphql-js would call the resolver that does the same; what that charges is charged here. */
function compilePropertyRead({ definition, info }: SelectedField, write: WriteValue): WriteValue {
  const { name } = definition;
  const itemCost = readFieldCost(definition)?.kind === 'charged-list' ? computeItemCost(info) : 0;
  return (output, source, execution) => {
    const value = (source as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    if (typeof value === 'function') throw new NotCompiledError('A method is called by graphql-js.');
    if (itemCost > 0 && Array.isArray(value)) execution.chargeValues(value.length * itemCost);
    if (isPromise(value)) execution.writeLater(output.leaveHole(), value, write);
    else write(output, value, execution);
  };
}

function compileList(writeItem: WriteValue): WriteValue {
  return (output, value, execution) => {
    const items = toItems(value);
    let index = 0;
    output.text += '[';
    try {
      for (; index < items.length; index++) {
        if (index > 0) output.text += ',';
        const item = items[index];
        if (isPromise(item)) execution.writeLater(output.leaveHole(), item, writeItem);
        else writeItem(output, item, execution);
      }
    } catch (error) {
      execution.awaitItems(items, index + 1);
      throw error;
    }
    output.text += ']';
  };
}

function toItems(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) throw new NotCompiledError('This is no list.');
  return [...(value as Iterable<unknown>)];
}

/** Whether any argument of a field depends on variables. */
function hasVariables(node: FieldNode): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) visit(argument, { Variable: () => void (found = true) });
  return found;
}
