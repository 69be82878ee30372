// Hive Gateway in front of `npm start` and `node schema/examples/serve.mjs`:
//
//   npx hive-gateway supergraph --port 4200 --config-path schema/examples/hive-gateway.config.ts schema/examples/supergraph.graphql
//
// Hive Gateway 2.15.1 was started by hand with this file; the tests check that it parses.
import { defineConfig, type WSTransportOptions } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  supergraph: 'schema/examples/supergraph.graphql',
  // Tributary decides by the caller's own credentials, so they must arrive.
  propagateHeaders: {
    fromClientToSubgraphs({ request }) {
      const authorization = request.headers.get('authorization');
      return authorization === null ? {} : { authorization };
    },
  },
  // Otherwise errors of subgraphs are masked, SOURCE_UNAVAILABLE among them. Tributary has masked its own already.
  maskedErrors: false,
  transportEntries: {
    // Tributary speaks the protocol of graphql-ws at /graphql.
    tributary: {
      options: {
        subscriptions: {
          kind: 'ws',
          location: '/graphql',
          options: { connectionParams: { authorization: '{context.headers.authorization}' } } satisfies WSTransportOptions,
        },
      },
    },
  },
});
