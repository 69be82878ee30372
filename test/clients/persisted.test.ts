import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import type { TrustedDocuments } from '../../src/server/guards/trusted-documents.js';
import { type LiveServer, startLiveServer } from '../server/subscriptions/live-server.js';
import { describeWith } from '../support/describe-with-tool.js';
import { testTool } from '../tools/test-tool.js';
import { Consumer } from './consumer.js';

let consumer: Consumer;
let server: LiveServer;

const manifest = (mode: TrustedDocuments['mode']): TrustedDocuments => ({
  documents: new Map([['0000', 'query Listed { hello }']]),
  mode,
  clients: new Map(),
});

describeWith(testTool('@apollo/client'))('Clients with automatic persisted queries', () => {
  beforeAll(() => {
    consumer = new Consumer('persisted');
  });
  afterAll(() => consumer.remove());
  afterEach(() => server.app.close());

  test.each([
    // The documents are two queries, which Apollo Client sends with its __typename too, and a subscription.
    ['in mode log', manifest('log'), 4],
    ['in mode off', manifest('off'), 0],
    ['without a manifest', null, 0],
  ])(
    'urql and Apollo Client get data over every transport %s',
    async (_name, trustedDocuments, lines) => {
      server = await startLiveServer({ trustedDocuments });
      const answers = consumer.example(server.host);
      // Each client subscribes over a WebSocket, and then by an event stream.
      const push = async (): Promise<void> => {
        for (let n = 0; n < 4; n += 1) {
          await server.feed.until(1);
          server.feed.push('hello');
          await server.feed.until(0);
        }
      };
      await Promise.race([push(), answers]);
      const queried = (client: string) => [
        { client, data: { hello: null }, error: null },
        { client, data: { other: null }, error: null },
      ];
      const subscribed = (client: string) => ({
        client,
        data: { messages: expect.objectContaining({ text: 'hello' }) as unknown },
        error: null,
      });
      expect(await answers).toEqual([
        ...['urql POST', 'urql GET'].flatMap(queried),
        ...['urql WebSocket', 'urql event stream'].map(subscribed),
        ...['Apollo POST', 'Apollo GET'].flatMap(queried),
        ...['Apollo WebSocket', 'Apollo event stream'].map(subscribed),
      ]);
      expect(server.log.map((line) => (JSON.parse(line) as { readonly query: string }).query)).toHaveLength(lines);
    },
    60_000,
  );
});
