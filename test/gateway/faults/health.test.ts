import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { type Fault, quickFaults, refusals } from './faults.js';
import { FailingWorld, failingSources } from './failing-world.js';

describe.each(failingSources)('the health of %s', (sick) => {
  let room: FailingWorld;
  beforeAll(async () => {
    room = await FailingWorld.start(sick, { maxBodyMb: 1 });
  });
  afterAll(() => room.close());

  test('is UNKNOWN before the first read', async () => {
    expect(await room.health()).toEqual({ status: 'UNKNOWN', problem: null });
  });

  test.each([...quickFaults(() => room.elsewhere.url), ...refusals])(
    'is DOWN while it $name, and UP with the next read',
    async (fault: Fault) => {
      room.fall(fault.fault);
      await room.list();
      expect(await room.health()).toEqual({ status: 'DOWN', problem: { kind: fault.kind, httpStatus: fault.httpStatus } });
      room.recover();
      await room.list();
      expect(await room.health()).toEqual({ status: 'UP', problem: null });
    },
  );
});
