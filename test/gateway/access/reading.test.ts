import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { readStream } from '../../server/subscriptions/read-stream.js';
import { SocketClient } from '../../server/subscriptions/socket-client.js';
import { bearer } from '../../support/callers.js';
import { type AccessWorld, buildCanary, startAccessWorld } from './access-world.js';
import { readingPaths } from './reading-paths.js';
import { callerNames, may, sourceNames } from './caller-policies.js';

let access: AccessWorld;
let host: string;
beforeAll(async () => {
  access = await startAccessWorld();
  host = new URL(access.world.gateway.origin).host;
});
afterAll(() => access.world.close());

const readable = (caller: string) => sourceNames.filter((source) => may(caller, 'read', source));

test.each(callerNames.flatMap((caller) => readingPaths.map((path) => [caller, path.name, path] as const)))(
  '%s gets by "%s" what the policy lets them read, and other planes get no request',
  async (caller, _name, { query, variables }) => {
    const { world } = access;
    const withPath = sourceNames.filter((source) => variables(source, access) !== null);
    world.forgetCalls();
    // Cached data would hide a request to a plane.
    world.passTime(2_000);
    const seen = new Set<string>();
    for (const source of withPath) {
      const answer = await world.graphql(query, variables(source, access) ?? {}, caller);
      expect(answer.status).toBe(200);
      const text = JSON.stringify([answer.data, answer.errors]);
      for (const other of sourceNames) if (text.includes(buildCanary(other))) seen.add(other);
    }
    expect([...seen].toSorted()).toEqual(withPath.filter((source) => may(caller, 'read', source)).toSorted());
    expect(sourceNames.filter((source) => world.calls(source).length > 0 && !may(caller, 'read', source))).toEqual([]);
  },
);

const watchOne = 'subscription ($id: ID!) { taskChanged(id: $id) { task { name } } }';

test.each(callerNames)('%s gets, over an event stream, changes of the tasks that the policy lets them read', async (caller) => {
  const seen: string[] = [];
  for (const source of sourceNames) {
    const stream = await readStream(host, {
      body: { query: watchOne, variables: { id: access.taskIds[source] } },
      headers: bearer(caller),
    });
    if (JSON.stringify(await stream.nextData()).includes(buildCanary(source))) seen.push(source);
    stream.response.destroy();
  }
  expect(seen).toEqual(readable(caller));
});

test.each(callerNames)('%s gets, over WebSocket, changes of the tasks that the policy lets them read', async (caller) => {
  const client = await SocketClient.open(host, { headers: bearer(caller) });
  client.send({ type: 'connection_init' });
  await client.next();
  const seen: string[] = [];
  for (const source of sourceNames) {
    client.subscribe(source, watchOne, { id: access.taskIds[source] });
    if (JSON.stringify(await client.next()).includes(buildCanary(source))) seen.push(source);
    client.send({ type: 'complete', id: source });
    // Subscriptions to a finished task and to an absent one complete by themselves.
    if (source !== 'catalog-demo' && source !== 'astra-demo') await client.next();
    else if (!may(caller, 'read', source)) await client.next();
  }
  client.socket.terminate();
  expect(seen).toEqual(readable(caller));
});
