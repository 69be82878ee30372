import { type FieldNode, getArgumentValues, type GraphQLField, type GraphQLResolveInfo } from 'graphql';

import type { OperationContext } from '../gateway/operation-context.js';
import { JsonOutput } from './json-output.js';

/** Writes a value of one type as JSON. It throws where graphql-js would report an error: then the execution gives up. */
export type WriteValue = (output: JsonOutput, value: unknown, execution: Execution) => void;

/** The values of the variables of an operation, coerced. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** A field as an operation selects it of one object type. */
export interface SelectedField {
  /** Position among all fields of the operation. */
  readonly index: number;
  readonly definition: GraphQLField<unknown, unknown>;
  /** The first node; it has the arguments, which are the same in all of them. */
  readonly node: FieldNode;
  /** Null where they depend on variables. */
  readonly constantArguments: Readonly<Record<string, unknown>> | null;
  readonly info: FieldInfo;
}

/** What resolvers are told of a field, apart from what one execution adds; see `ExecutionInfo`. */
type FieldInfo = Omit<GraphQLResolveInfo, 'path' | 'rootValue' | 'variableValues'>;

interface ExecutionOptions {
  readonly context: OperationContext;
  readonly rootValue: unknown;
  readonly variables: VariableValues;
}

/** One execution of a compiled operation: what its resolvers get, what it charges and what it waits for. */
export class Execution {
  readonly context: OperationContext;
  readonly #options: ExecutionOptions;
  /** By the index of their field: made when they are first needed. */
  readonly #infos: GraphQLResolveInfo[] = [];
  readonly #arguments: Readonly<Record<string, unknown>>[] = [];
  #chargedValues = 0;
  #isGivenUp = false;
  #pendingCount = 0;
  #onSettled: () => void = () => undefined;

  constructor(options: ExecutionOptions) {
    this.#options = options;
    this.context = options.context;
  }

  /** Whether something happened that is left to graphql-js. What is written from then on does not matter. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** How many values were charged so far. */
  get chargedValues(): number {
    return this.#chargedValues;
  }

  /** Throws where the response would be too large. */
  chargeValues(count: number): void {
    if (count === 0) return;
    this.context.responseBudget.chargeValues(count);
    this.#chargedValues += count;
  }

  /**
   * What the resolver of a field returns: a value, or a promise of one. Where it throws, a promise that rejects, so that the other
   * fields begin to read together, as with graphql-js.
   */
  resolve(field: SelectedField, source: unknown): unknown {
    try {
      return field.definition.resolve?.(source, this.#argumentsFor(field), this.context, this.infoFor(field));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  infoFor({ index, info }: SelectedField): GraphQLResolveInfo {
    return (this.#infos[index] ??= new ExecutionInfo(info, this.#options));
  }

  /** Writes the root; gives up where that throws. */
  begin(write: WriteValue, output: JsonOutput): void {
    this.#attempt(() => write(output, this.#options.rootValue, this));
  }

  /** Writes a value as soon as it is there. The execution ends after that, whatever becomes of the value. */
  writeLater(output: JsonOutput, promise: PromiseLike<unknown>, write: WriteValue): void {
    this.#pendingCount += 1;
    promise.then(
      (value) => {
        if (this.#isGivenUp) this.awaitItems(value, 0);
        else this.#attempt(() => write(output, value, this));
        this.#settle();
      },
      () => {
        this.#isGivenUp = true;
        this.#settle();
      },
    );
  }

  /** Waits for the promises in a list, from an index on, that nothing will write: they must not run on beside graphql-js. */
  awaitItems(value: unknown, from: number): void {
    if (!Array.isArray(value)) return;
    for (const item of value.slice(from)) if (isPromise(item)) this.writeLater(new JsonOutput(), item, () => undefined);
  }

  /** Resolves when nothing is pending any more; null: nothing is pending now. */
  whenSettled(): Promise<void> | null {
    if (this.#pendingCount === 0) return null;
    return new Promise((resolve) => {
      this.#onSettled = resolve;
    });
  }

  #argumentsFor({ index, definition, node, constantArguments }: SelectedField): Readonly<Record<string, unknown>> {
    return constantArguments ?? (this.#arguments[index] ??= getArgumentValues(definition, node, this.#options.variables));
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch {
      this.#isGivenUp = true;
    }
  }

  #settle(): void {
    this.#pendingCount -= 1;
    if (this.#pendingCount === 0) this.#onSettled();
  }
}

/**
 * What the resolver of a field is told of its operation: the same object for all objects that have the field. So there is no `path` in
 * it, and a resolver that asks for one makes the execution give up.
 */
class ExecutionInfo implements GraphQLResolveInfo {
  readonly fieldName: GraphQLResolveInfo['fieldName'];
  readonly fieldNodes: GraphQLResolveInfo['fieldNodes'];
  readonly returnType: GraphQLResolveInfo['returnType'];
  readonly parentType: GraphQLResolveInfo['parentType'];
  readonly schema: GraphQLResolveInfo['schema'];
  readonly fragments: GraphQLResolveInfo['fragments'];
  readonly operation: GraphQLResolveInfo['operation'];
  readonly rootValue: unknown;
  readonly variableValues: GraphQLResolveInfo['variableValues'];

  constructor(field: FieldInfo, { rootValue, variables }: ExecutionOptions) {
    this.fieldName = field.fieldName;
    this.fieldNodes = field.fieldNodes;
    this.returnType = field.returnType;
    this.parentType = field.parentType;
    this.schema = field.schema;
    this.fragments = field.fragments;
    this.operation = field.operation;
    this.rootValue = rootValue;
    this.variableValues = variables;
  }

  get path(): never {
    throw new Error('A compiled operation does not know the paths of its fields.');
  }
}

/** As graphql-js decides it. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}
