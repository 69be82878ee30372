import { expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';
import { postgres, PostgresServer } from '../store/postgres-server.js';
import { ReloadWorld } from './reload-world.js';

const accountId = '00000000-0000-4000-8000-000000000000';

describeWith(postgres)('the password of the database in a file', () => {
  test('is used for new connections when it has changed; another user takes a restart', async () => {
    const server = await PostgresServer.start();
    const database = (await server.newDatabase()).replace('tributary:not-shown', 'svc:PASSWORD');
    const world = new ReloadWorld();
    try {
      await server.requirePassword('svc', 'first');
      world.write('url', database.replace('PASSWORD', 'first'));
      const list = { status: 200, body: { type: 'application/astra-tasks', version: '1.1', items: [], metadata: {} } };
      const store = { kind: 'postgres', urlFile: 'url', record: 'watched' };
      await world.start('astra', { accountId, credentials: { token: 't' } }, () => list, { store });
      expect(await world.isStoreUp()).toBe(true);
      await server.requirePassword('svc', 'second');
      await server.disconnect('svc');
      expect(await world.isStoreUp()).toBe(false);
      world.write('url', database.replace('PASSWORD', 'second'));
      world.checkFiles();
      expect(await world.isStoreUp()).toBe(true);
      world.write('url', database.replace('svc:PASSWORD', 'other:x'));
      world.checkFiles();
      expect(world.lines).toEqual([
        'Of the store, the password and the authorities were reloaded, for new connections.',
        'store has changed, which takes a restart.',
      ]);
    } finally {
      await world.close();
      await server.stop();
    }
  });
});
