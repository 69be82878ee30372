import { expect, test } from '@jest/globals';
import { pino } from 'pino';

import { overloadThresholds } from '../../../src/server/guards/concurrency-limit.js';
import { createGuardLists } from '../../../src/server/guards/guard-lists.js';
import { idleProbes } from '../../support/doubles/idle-probes.js';
import { noLimits } from '../../support/doubles/no-limits.js';
import { openAuthenticator } from '../../support/doubles/open-authenticator.js';
import { RawConnection } from '../../support/raw-http.js';
import { startLiveServer } from '../subscriptions/live-server.js';

const guards = createGuardLists(
  { authenticator: openAuthenticator(), cors: [], limits: noLimits },
  { probes: idleProbes, monotonic: () => 0, now: () => 0, overload: overloadThresholds, log: pino({ level: 'silent' }) },
);

/** A change of this order changes what a client without a credential can make the gateway do. */
test('a request passes the guards in this order: cheap ones first, authentication before its body, its rate before its document', () => {
  const [listener, app, graphql, eventStream] = [guards.listener, guards.app, guards.graphql, guards.eventStream].map((list) =>
    list.map(({ name }) => name),
  );
  expect(listener).toEqual(['pipelining', 'host', 'overload']);
  expect(app).toEqual(['JSON body']);
  expect(graphql).toEqual([
    'arrival counter',
    'scheduling queue',
    'authentication',
    'known connection',
    'caller',
    'in-flight counter',
    'document',
  ]);
  expect(eventStream).toEqual(['authentication', 'known connection', 'caller', 'document']);
});

test('in the list of a route, guards before the body stand before those after it, so that the list is read in the order of time', () => {
  for (const list of [guards.graphql, guards.eventStream]) {
    const stages = list.map(({ stage }) => stage);
    expect(stages).toEqual([...stages].sort((a, b) => Number(a === 'preHandler') - Number(b === 'preHandler')));
  }
});

test('the guards of a document see the text that is executed, whatever stands behind it in the URL', async () => {
  const server = await startLiveServer({ limits: { aliases: 1 } });
  const query = encodeURIComponent('{ a: hello b: hello }');
  // As a part of the document, the fragment of the URL would make it one that does not parse.
  for (const url of [`/graphql?query=${query}`, `/graphql?query=${query}#%0A}`]) {
    const connection = new RawConnection(server.host);
    const headers = [`host: ${server.host}`, 'apollo-require-preflight: true', 'connection: close'];
    await connection.send(`GET ${url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    expect((await connection.ended).text).toContain('LIMIT_EXCEEDED');
  }
  await server.app.close();
});
