import { type DocumentNode, getVariableValues, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode, visit } from 'graphql';
import QuickLru from 'quick-lru';

import type { OperationContext } from '../gateway/operation-context.js';
import { compileOperation, type OperationParts } from './compile-operation.js';
import { Execution, type VariableValues, type WriteValue } from './execution.js';
import { JsonOutput } from './json-output.js';
import { SerialisedTexts } from './serialised-texts.js';

/** An operation of a validated document, of one caller. */
interface OperationRequest {
  readonly document: DocumentNode;
  /** One of the document. */
  readonly operation: OperationDefinitionNode;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  /** Of a subscription, its event. */
  readonly rootValue?: unknown;
  readonly context: OperationContext;
}

interface ExecutorOptions {
  readonly schema: GraphQLSchema;
  /** An operation is compiled when it is executed for so many times; Infinity: never. By default 2, because many are executed once. */
  readonly compileAt?: number;
  /**
   * Compiled fields of all operations, by default 50,000; one takes about 1 kB. Where there are more, all are forgotten, and compiled
   * again when they come again.
   */
  readonly maxFields?: number;
  /** Where the texts of objects that never change are kept. */
  readonly texts?: SerialisedTexts;
}

/** Executes some operations in the place of graphql-js. */
export interface OperationExecutor {
  /**
   * Executes an operation: its data as JSON. Null: graphql-js has to execute it, in the same context, which is then as if nothing had been
   * executed, except that what was read is not read again. It never throws or rejects.
   */
  execute(request: OperationRequest): string | null | Promise<string | null>;
}

/** Creates the executor of a schema; tests replace it. */
export type CreateExecutor = (schema: GraphQLSchema) => OperationExecutor;

/** Compiled operations that are kept: the ones used last, up to twice as many (see quick-lru). */
const maxOperations = 100;

/** How many times an operation may give up in succession before it is left to graphql-js, and for how many executions it then is. */
const [maxGivenUp, pauseAfterGivingUp] = [3, 20];

/** Executes operations with compiled functions instead of graphql-js. It only knows success; see README.md. */
export class CompiledExecutor implements OperationExecutor {
  readonly #schema: GraphQLSchema;
  readonly #compileAt: number;
  readonly #maxFields: number;
  readonly #texts: SerialisedTexts;
  /** How often operations were executed before they were compiled. It holds no document that nobody else holds. */
  readonly #sightings = new WeakMap<OperationDefinitionNode, number>();
  readonly #operations = new QuickLru<OperationDefinitionNode, CompiledVariants>({ maxSize: maxOperations });
  #fieldCount = 0;

  constructor({ schema, compileAt = 2, maxFields = 50_000, texts = new SerialisedTexts() }: ExecutorOptions) {
    this.#texts = texts;
    this.#schema = schema;
    this.#compileAt = compileAt;
    this.#maxFields = maxFields;
  }

  execute(request: OperationRequest): string | null | Promise<string | null> {
    const { operation, context, rootValue } = request;
    const variants = this.#find(request);
    if (variants === null || variants.isPaused()) return null;
    const variables = coerceVariables(this.#schema, operation, request.variables);
    const write = variables === null ? null : variants.get(variables);
    if (variables === null || write === null) return null;
    const execution = new Execution({ context, rootValue, variables });
    const output = new JsonOutput();
    execution.begin(write, output);
    const finish = (): string | null => {
      variants.record(execution.isGivenUp);
      if (!execution.isGivenUp) return output.toString();
      context.restart();
      return null;
    };
    return execution.whenSettled()?.then(finish) ?? finish();
  }

  #find({ operation, document }: OperationRequest): CompiledVariants | null {
    // A mutation must not be executed again by graphql-js, so it is never begun here.
    if (operation.operation === OperationTypeNode.MUTATION) return null;
    // Known operations grow, too: with other variants, and when objects of other types come.
    if (this.#fieldCount > this.#maxFields) this.#forgetAll();
    const compiled = this.#operations.get(operation);
    if (compiled !== undefined) return compiled;
    const sightings = (this.#sightings.get(operation) ?? 0) + 1;
    this.#sightings.set(operation, sightings);
    if (sightings < this.#compileAt) return null;
    const onField = (): void => void (this.#fieldCount += 1);
    const created = new CompiledVariants({ schema: this.#schema, document, operation, texts: this.#texts, onField });
    this.#operations.set(operation, created);
    return created;
  }

  #forgetAll(): void {
    this.#operations.clear();
    this.#fieldCount = 0;
  }
}

/** Null: graphql-js says what is wrong with them. */
function coerceVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: OperationRequest['variables'],
): VariableValues | null {
  return getVariableValues(schema, variableDefinitions, variables ?? {}, { maxErrors: 1 }).coerced ?? null;
}

/** Each variable of `@skip` and `@include` doubles the number of variants; a document with more than these is left to graphql-js. */
const maxVariants = 16;

/** An operation, compiled for each combination of the variables by which `@skip` and `@include` decide. */
class CompiledVariants {
  readonly #compile: (variables: VariableValues) => WriteValue | null;
  readonly #conditions: readonly string[];
  /** By the values of those variables; null: left to graphql-js. */
  readonly #variants = new Map<string, WriteValue | null>();
  #givenUp = 0;
  #pausedFor = 0;

  constructor(parts: Omit<OperationParts, 'variables'>) {
    this.#conditions = findConditionVariables(parts.document);
    this.#compile = (variables) => {
      try {
        return compileOperation({ ...parts, variables });
      } catch {
        return null;
      }
    };
  }

  get(variables: VariableValues): WriteValue | null {
    const key = this.#conditions.map((name) => String(variables[name])).join(' ');
    const known = this.#variants.get(key);
    if (known !== undefined) return known;
    if (this.#variants.size === maxVariants) return null;
    const compiled = this.#compile(variables);
    this.#variants.set(key, compiled);
    return compiled;
  }

  /** Executing an operation twice costs more than not to compile it: one that gives up again and again is not tried for a while. */
  isPaused(): boolean {
    if (this.#pausedFor === 0) return false;
    this.#pausedFor -= 1;
    return true;
  }

  record(isGivenUp: boolean): void {
    this.#givenUp = isGivenUp ? this.#givenUp + 1 : 0;
    if (this.#givenUp >= maxGivenUp) this.#pausedFor = pauseAfterGivingUp;
  }
}

/** Names of the variables that directives of the document have in their arguments. */
function findConditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (node) => void visit(node, { Variable: ({ name }) => void names.add(name.value) }),
  });
  return [...names];
}
