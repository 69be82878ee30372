import { readdirSync, readFileSync } from 'node:fs';

import { expect } from '@jest/globals';
import { parse } from 'graphql';

import { printSubgraph } from '../../../src/cli/schema.js';
import { sourceModules } from '../../../src/sources/registry.js';
import type { GraphQLAnswer, Json } from '../../support/post.js';
import { type PlaneName, World } from '../../support/world.js';
import type { Router } from '../../tools/router.js';
import { composeSubgraphs, readSubgraphs } from './compose.js';
import { exampleNames, type ExampleSubgraph, startExample } from './example-subgraph.js';

const names: readonly PlaneName[] = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'];

/** Two worlds that are alike: one is queried directly, the other through a router with the example subgraphs beside it. */
export class RoutedWorlds {
  readonly #worlds: readonly [direct: World, routed: World];
  readonly #examples: readonly ExampleSubgraph[];
  readonly router: Router;

  private constructor(worlds: readonly [World, World], examples: readonly ExampleSubgraph[], router: Router) {
    [this.#worlds, this.#examples, this.router] = [worlds, examples, router];
  }

  static async start(startRouter: (supergraph: string) => Promise<Router>): Promise<RoutedWorlds> {
    const configuration = { federation: { node: true } };
    const worlds = await Promise.all([World.start({ configuration }), World.start({ configuration })]);
    const examples = await Promise.all(exampleNames.map(startExample));
    const urls = new Map<string, string>(exampleNames.map((name, index) => [name, examples[index]?.url ?? '']));
    urls.set('tributary', `${worlds[1].gateway.origin}/graphql`);
    const typeDefs = parse(printSubgraph(sourceModules, { node: true, scopes: false }));
    const subgraphs = readSubgraphs('schema/examples/supergraph.yaml').map((subgraph) => ({
      ...subgraph,
      url: urls.get(subgraph.name) ?? '',
      ...(subgraph.name === 'tributary' && { typeDefs }),
    }));
    return new RoutedWorlds(worlds, examples, await startRouter(composeSubgraphs(subgraphs)));
  }

  get direct(): World {
    return this.#worlds[0];
  }

  get routed(): World {
    return this.#worlds[1];
  }

  /** Asks both, and expects the same JSON and the same calls to the planes. */
  async askBoth(query: string, variables: Json = {}): Promise<GraphQLAnswer> {
    for (const world of this.#worlds) {
      world.advance(2_000);
      world.forgetCalls();
    }
    const [one, other] = [await this.direct.graphql(query, variables), await this.router.graphql(query, variables)];
    expect(one.errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain('GRAPHQL_VALIDATION_FAILED');
    expect(normalize(other)).toEqual(normalize(one));
    expect(names.map((name) => this.routed.calls(name).length)).toEqual(names.map((name) => this.direct.calls(name).length));
    return one;
  }

  /** Stops one of the example subgraphs. */
  async stopExample(name: (typeof exampleNames)[number]): Promise<void> {
    await this.#examples[exampleNames.indexOf(name)]?.stop();
  }

  async close(): Promise<void> {
    await this.router.stop();
    await Promise.all(this.#examples.map((example) => example.stop()));
    await Promise.all(this.#worlds.map((world) => world.close()));
  }
}

/** What must be the same. Ids of the journal and of errors are drawn by lot; latencies are measured. */
function normalize({ data, errors }: GraphQLAnswer): Json {
  const text = JSON.stringify(data, (key, value: unknown) => (['auditId', 'latencyMs', 'durationMs'].includes(key) ? typeof value : value));
  return { data: text, errors: errors?.map(({ message, path, extensions }) => ({ message, path, code: extensions?.code })) };
}

const folder = 'schema/operations';

/** The queries and then the mutations of schema/operations, with their variables. */
export const publishedOperations: readonly { readonly file: string; readonly query: string; readonly variables: Json }[] = readdirSync(
  folder,
)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => ({ file, query: readFileSync(`${folder}/${file}`, 'utf8'), variables: readVariables(file) }))
  .filter(({ query }) => !/^subscription /m.test(query))
  .toSorted((one, other) => Number(/^mutation /m.test(one.query)) - Number(/^mutation /m.test(other.query)));

function readVariables(file: string): Json {
  const variables = file.replace('.graphql', '.variables.json');
  return readdirSync(folder).includes(variables) ? JSON.parse(readFileSync(`${folder}/${variables}`, 'utf8')) : {};
}
