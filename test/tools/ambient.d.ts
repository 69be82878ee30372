/** What the tests use of packages that `npm ci` leaves out: their own types are there only after `npm run test:tools`. */

declare module '@apollo/gateway' {
  import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';

  type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

  export class RemoteGraphQLDataSource {
    constructor(options: { readonly url: string });
  }

  export const ApolloGateway: new (options: {
    readonly supergraphSdl: string;
    readonly buildService: (subgraph: { readonly url: string }) => RemoteGraphQLDataSource;
    readonly logger: Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message?: unknown) => void>>;
  }) => GatewayInterface;
}

declare module '@graphql-mesh/fusion-composition' {
  import type { GraphQLSchema } from 'graphql';

  export function composeSubgraphs(subgraphs: readonly { readonly name: string; readonly schema: GraphQLSchema }[]): {
    readonly errors?: readonly { readonly message: string }[];
  };
}

declare module '@wundergraph/composition' {
  import type { DocumentNode } from 'graphql';

  export const LATEST_ROUTER_COMPATIBILITY_VERSION: string;
  export function federateSubgraphs(options: {
    readonly subgraphs: readonly { readonly name: string; readonly url: string; readonly definitions: DocumentNode }[];
    readonly version: string;
  }): { readonly success: true } | { readonly success: false; readonly errors: readonly { readonly message: string }[] };
}

declare module '@graphql-eslint/eslint-plugin' {
  export const parser: object;
  export const rules: object;
}

declare module 'eslint' {
  export class Linter {
    constructor(options: { readonly configType: 'flat' });
    verify(
      text: string,
      configuration: readonly object[],
      options: { readonly filename: string },
    ): readonly { readonly line: number; readonly message: string }[];
  }
}
