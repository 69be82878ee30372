import { createHash } from 'node:crypto';

import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache, Observable } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange, type ExchangeInput, type OperationResult } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { print } from 'graphql';
import { createClient as createEventStreams } from 'graphql-sse';
import { createClient as createSockets } from 'graphql-ws';
import { firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';

// Automatic persisted queries, as the documents of both clients set them up.
const host = process.argv[2] ?? '';
const url = `http://${host}/graphql`;
const sockets = createSockets({ url: `ws://${host}/graphql`, webSocketImpl: WebSocket });
const streams = createEventStreams({ url: `${url}/stream`, retryAttempts: 0 });
const sha256 = async (text: string): Promise<string> => createHash('sha256').update(text).digest('hex');
const report = (client: string, data: unknown, error: unknown): void =>
  console.log(JSON.stringify({ client, data, error: error instanceof Error ? error.message : null }));

const headers = { 'apollo-require-preflight': 'true' };
for (const method of ['POST', 'GET']) {
  const client = new Client({
    url,
    preferGetMethod: method === 'GET' ? 'force' : false,
    fetchOptions: { headers },
    exchanges: [persistedExchange({ preferGetForPersistedQueries: method === 'GET' ? 'force' : false }), fetchExchange],
  });
  for (const text of ['{ hello }', '{ other: hello }']) {
    const { data, error } = await client.query(text, {}).toPromise();
    report(`urql ${method}`, data, error);
  }
}

const subscription = 'subscription { messages { text } }';
const firstResult = (client: Client): Promise<OperationResult> =>
  new Promise((resolve) => {
    const { unsubscribe } = client.subscription(subscription, {}).subscribe((result) => {
      resolve(result);
      setImmediate(() => unsubscribe());
    });
  });
for (const [name, transport] of [
  ['WebSocket', sockets],
  ['event stream', streams],
] as const) {
  const client = new Client({
    url,
    preferGetMethod: false,
    exchanges: [
      persistedExchange({ enableForSubscriptions: true, preferGetForPersistedQueries: false }),
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            // The types of the transports know no null where those of urql do.
            unsubscribe: transport.subscribe<ExchangeInput>({ ...request, query: request.query ?? '' } as never, sink as never),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
  const { data, error } = await firstResult(client);
  report(`urql ${name}`, data, error);
}

for (const useGETForHashedQueries of [false, true]) {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(new HttpLink({ uri: url, headers })),
  });
  for (const query of [gql('{ hello }'), gql('{ other: hello }')]) {
    const { data, error } = await client.query({ query, fetchPolicy: 'no-cache', errorPolicy: 'all' });
    report(`Apollo ${useGETForHashedQueries ? 'GET' : 'POST'}`, data, error);
  }
}

const eventStreamLink = new ApolloLink(
  ({ query, extensions, getContext }) =>
    new Observable((observer) => {
      const { http } = getContext() as { readonly http?: { readonly includeQuery?: boolean } };
      const text = http?.includeQuery === false ? '' : print(query);
      return streams.subscribe({ query: text, extensions }, observer as never);
    }),
);
for (const [name, link] of [
  ['WebSocket', new GraphQLWsLink(sockets)],
  ['event stream', eventStreamLink],
] as const) {
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new PersistedQueryLink({ sha256 }).concat(link) });
  const { data, error } = await firstValueFrom(client.subscribe({ query: gql(subscription), fetchPolicy: 'no-cache' }));
  report(`Apollo ${name}`, data, error);
}
process.exit(0);
