import { composeServices as composeByApollo } from '@apollo/composition';
import { beforeAll, expect, test } from '@jest/globals';
import { composeServices as composeByGuild } from '@theguild/federation-composition';
import { parse } from 'graphql';

import { printPlainSubgraph, printSubgraph } from '../../../src/cli/schema.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { describeWith } from '../../support/describe-with-tool.js';
import { testTool } from '../../tools/test-tool.js';
import { type Subgraph, readSubgraphs } from './compose.js';
import { type ComposerName, type CompositionCase, compositionCases } from './composition-cases.js';

/** What a composer refuses; null: nothing. */
type Compose = (subgraphs: readonly Subgraph[]) => string | null;

const imports = ['@external', '@inaccessible', '@interfaceObject', '@key', '@override', '@provides', '@requires', '@shareable'];
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(imports)}) `;

const [, ...exampleSubgraphs] = readSubgraphs('schema/examples/supergraph.yaml');
const printed = new Map<string, Subgraph>();

/** Tributary with its SDL as it is printed with these options, once for all cases. */
function describeTributary(options: CompositionCase['options'], isPlain: boolean): Subgraph {
  const key = JSON.stringify([options, isPlain]);
  const sdl = (): string => (isPlain ? printPlainSubgraph : printSubgraph)(sourceModules, { node: false, scopes: false, ...options });
  const subgraph = printed.get(key) ?? { name: 'tributary', url: 'http://127.0.0.1:4000/graphql', typeDefs: parse(sdl()) };
  printed.set(key, subgraph);
  return subgraph;
}

function listSubgraphs({ others, options, examples = false }: CompositionCase, isPlain = false): readonly Subgraph[] {
  return [
    describeTributary(options, isPlain),
    ...(examples ? exampleSubgraphs : []),
    ...others.map((text, index) => ({
      name: `other${index}`,
      url: `http://127.0.0.1:411${index}/`,
      typeDefs: parse(/^(extend schema|# Federation 1)/.test(text) ? text : link + text),
    })),
  ];
}

function describe(errors: readonly { readonly message: string }[] | undefined): string | null {
  return errors === undefined ? null : errors.map(({ message }) => message).join('\n');
}

/** Composers throw where they meet what they did not expect: that is a refusal too. */
function findRefusal(compose: Compose, subgraphs: readonly Subgraph[]): string | null {
  try {
    return compose(subgraphs);
  } catch (error) {
    return String(error);
  }
}

describeWith(testTool('@wundergraph/composition', 'composers'), testTool('@graphql-mesh/fusion-composition', 'composers'))(
  'Composers',
  () => {
    let composers: Readonly<Record<ComposerName, Compose>>;
    let composeByMesh: Compose;
    beforeAll(async () => {
      const { composeByWunderGraph, ...others } = await import('../../tools/composers/compose.js');
      composeByMesh = others.composeByMesh;
      composers = {
        Apollo: (subgraphs) => describe(composeByApollo([...subgraphs]).errors),
        'The Guild': (subgraphs) => describe(composeByGuild([...subgraphs]).errors),
        WunderGraph: composeByWunderGraph,
      };
    });

    test.each(compositionCases.map((one) => [one.what, one.refusedBy?.join(', ') ?? 'none', one] as const))(
      '%s: refused by %s',
      (_what, _by, one) => {
        const subgraphs = listSubgraphs(one);
        const refusals = Object.entries(composers).map(([name, compose]) => [name, findRefusal(compose, subgraphs)] as const);
        expect(refusals.filter(([, refusal]) => refusal !== null).map(([name]) => name)).toEqual(one.refusedBy ?? []);
      },
    );

    test('GraphQL Mesh takes the plain SDL only', () => {
      const [alone = { what: '', others: [] }] = compositionCases;
      expect(findRefusal(composeByMesh, listSubgraphs(alone, true))).toBeNull();
      expect(findRefusal(composeByMesh, listSubgraphs(alone))).toContain('federation__context');
    });
  },
);
