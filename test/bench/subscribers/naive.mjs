// The contender: graphql-ws with graphql-js, as its documentation shows it. Every event is executed for each subscriber, over plain objects
// without a resolver, without authentication and without limits.
import { EventEmitter, on } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

import { answerRequests, measureProcess, profileCommands } from './process-measures.mjs';

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
const events = new EventEmitter({ captureRejections: false }).setMaxListeners(0);
schema.getSubscriptionType().getFields().tasksChanged.subscribe = async function* () {
  for await (const [change] of on(events, 'change')) yield { tasksChanged: change };
};

const http = createServer();
const sockets = new WebSocketServer({ server: http, path: '/graphql', perMessageDeflate: false });
useServer({ schema }, sockets);
await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));

answerRequests({
  ...profileCommands,
  measure: measureProcess,
  publish: (change) => void events.emit('change', change),
  close: () => process.exit(),
});
process.send(`127.0.0.1:${http.address().port}`);
