import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { type Fault, quickFaults, refusals } from './faults.js';
import { FailingWorld, failingSources } from './failing-world.js';

describe.each(failingSources)('the health of %s', (faulty) => {
  let scenario: FailingWorld;
  beforeAll(async () => {
    scenario = await FailingWorld.start(faulty, { maxBodyMb: 1 });
  });
  afterAll(() => scenario.close());

  test('is UNKNOWN before the first read', async () => {
    expect(await scenario.health()).toEqual({ status: 'UNKNOWN', problem: null });
  });

  test.each([...quickFaults(() => scenario.elsewhere.url), ...refusals])(
    'is DOWN while it $name, and UP with the next read',
    async (fault: Fault) => {
      scenario.fall(fault.fault);
      await scenario.list();
      expect(await scenario.health()).toEqual({ status: 'DOWN', problem: { kind: fault.kind, httpStatus: fault.httpStatus } });
      scenario.recover(fault.retryAfterMs);
      await scenario.list();
      expect(await scenario.health()).toEqual({ status: 'UP', problem: null });
    },
  );
});
