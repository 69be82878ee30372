import { expect, test } from '@jest/globals';
import { type DocumentNode, execute, type GraphQLSchema, OperationTypeNode, visit } from 'graphql';

import { CompiledExecutor, type CreateExecutor, type OperationExecutor } from '../../src/execution/compiled-executor.js';
import { SerialisedTexts } from '../../src/execution/serialised-texts.js';
import { TwinWorlds } from './twin-worlds.js';

type Request = Parameters<OperationExecutor['execute']>[0];

/** Takes a task for the same after it has changed. */
class StaleTexts extends SerialisedTexts {
  readonly #first = new Map<string, object>();

  override find(object: object, selection: Parameters<SerialisedTexts['find']>[1]): ReturnType<SerialisedTexts['find']> {
    return super.find(this.#firstLike(object), selection);
  }

  override keep(object: object, kept: Parameters<SerialisedTexts['keep']>[1]): void {
    super.keep(this.#firstLike(object), kept);
  }

  #firstLike(object: object): object {
    const id = 'id' in object ? String(object.id) : '';
    if (id === '') return object;
    const first = this.#first.get(id) ?? object;
    this.#first.set(id, first);
    return first;
  }
}

/** Returns the text of an object whatever is selected of it. */
class MixedTexts extends SerialisedTexts {
  readonly #any = this.selectionFor('any');

  override find(object: object): ReturnType<SerialisedTexts['find']> {
    return super.find(object, this.#any);
  }

  override keep(object: object, kept: Parameters<SerialisedTexts['keep']>[1]): void {
    super.keep(object, { ...kept, selection: this.#any });
  }
}

function withTexts(texts: SerialisedTexts): CreateExecutor {
  return (schema) => new CompiledExecutor({ schema, compileAt: 1, texts });
}

/** Changes what the correct executor is asked for. */
function withRequest(change: (request: Request) => Request): CreateExecutor {
  return (schema) => {
    const executor = new CompiledExecutor({ schema, compileAt: 1 });
    return { execute: (request) => executor.execute(request.operation.operation === OperationTypeNode.QUERY ? change(request) : request) };
  };
}

function ignoreDirectives(request: Request): Request {
  const document: DocumentNode = visit(request.document, { Directive: () => null });
  const operation = document.definitions.find((definition) => definition.kind === request.operation.kind);
  return operation === undefined ? request : { ...request, document, operation };
}

function useRightsOfFirstCaller(): (request: Request) => Request {
  let first: Request['context'] | null = null;
  return (request) => ({ ...request, context: (first ??= request.context) });
}

function chargeNothing(request: Request): Request {
  const responseBudget = {
    chargeValues: () => undefined,
    chargeList: (list: unknown) => list,
    chargePayload: (payload: unknown) => payload,
  };
  return { ...request, context: Object.create(request.context, { responseBudget: { value: responseBudget } }) };
}

/** Answers what has errors as if it had none. */
function loseErrors(schema: GraphQLSchema): OperationExecutor {
  const executor = new CompiledExecutor({ schema, compileAt: 1 });
  return {
    execute: async (request) => {
      const text = await executor.execute(request);
      if (text !== null || request.operation.operation !== OperationTypeNode.QUERY) return text;
      const { data } = await execute({
        schema,
        document: request.document,
        variableValues: request.variables,
        contextValue: request.context,
      });
      return data == null ? null : JSON.stringify(data);
    },
  };
}

const bugs: readonly { readonly name: string; readonly createExecutor: CreateExecutor }[] = [
  { name: 'the text of a task stays when the task changes', createExecutor: withTexts(new StaleTexts()) },
  { name: 'the text of one selection is taken for another', createExecutor: withTexts(new MixedTexts()) },
  { name: 'a caller gets what another one may read', createExecutor: withRequest(useRightsOfFirstCaller()) },
  { name: '@skip and @include are ignored', createExecutor: withRequest(ignoreDirectives) },
  { name: 'errors are lost', createExecutor: loseErrors },
  { name: 'lists are not charged', createExecutor: withRequest(chargeNothing) },
];

test.each(bugs)('generated operations find the bug: $name', async ({ createExecutor }) => {
  // A limit that some of the operations exceed.
  const worlds = await TwinWorlds.start(createExecutor, { configuration: { limits: { values: 2_000 } } });
  try {
    expect(await worlds.findDifference(300, 1)).not.toBeNull();
  } finally {
    await worlds.close();
  }
});
