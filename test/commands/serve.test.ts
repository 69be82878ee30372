import { expect, test } from '@jest/globals';

import { serve } from '../../src/commands/serve.js';
import { sourceModules } from '../../src/sources/index.js';
import { smallest } from '../config/fixture.js';
import { ioOf } from './io-of.js';

/** What `serve` says on standard error. */
async function told(text: string): Promise<readonly string[]> {
  const { io, err } = ioOf(text);
  const gateway = await serve({ config: 'tributary.yaml', port: 0 }, sourceModules, io);
  await gateway.close();
  return err;
}

test('nothing is told of a configuration that is obeyed', async () => {
  expect(await told(`store: { kind: memory }\n${smallest}`)).toEqual([]);
});

test('A49 nothing is served in a process that checks no certificates', async () => {
  const { io, out } = ioOf(smallest);
  const unchecked = { ...io, environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } };
  await expect(serve({ config: 'tributary.yaml', port: 0 }, sourceModules, unchecked)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED'),
  });
  expect(out).toEqual([]);
});
