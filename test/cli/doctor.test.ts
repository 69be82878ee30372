import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';

import { runDoctor } from '../../src/cli/doctor.js';
import { sourceModules } from '../../src/sources/registry.js';
import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { createTestIo } from './test-io.js';
import { buildPlaneError } from '../support/plane-errors.js';

let sfo: VcfSimulator;
let lax: VcfSimulator;
beforeAll(async () => {
  sfo = await VcfSimulator.start({ seed: 1, name: 'vcf-sfo', now: Date.now });
  lax = await VcfSimulator.start({ seed: 2, name: 'vcf-lax', now: Date.now });
});
afterEach(() => {
  sfo.server.fault = null;
  lax.server.fault = null;
});
afterAll(() => Promise.all([sfo.close(), lax.close()]));

async function examine(changes: Readonly<Record<string, unknown>> = {}): Promise<{ code: number; lines: readonly string[] }> {
  const sources = [
    { name: 'sfo', kind: 'vcf', url: sfo.url, ...sfo.settings, ...changes },
    { name: 'lax', kind: 'vcf', url: lax.url, ...lax.settings },
  ];
  const { io, out } = createTestIo(stringify({ auth: { mode: 'none' }, sources }));
  return { code: await runDoctor({ config: 'tributary.yaml' }, sourceModules, io), lines: out };
}

test('a plane that refuses one of its lists does not pass', async () => {
  sfo.server.fault = ({ path }, handle) =>
    path.startsWith('/v1/credentials') ? { status: 403, body: buildPlaneError('vcf', 403) } : handle();
  const { code, lines } = await examine();
  expect(code).toBe(1);
  expect(lines.filter((line) => line.startsWith('  BAD'))).toEqual([
    expect.stringMatching(
      /^ {2}BAD {2}credentials {2}in part only, \d+ tasks listed: The credentials do not suffice at the plane: .* Its code is TEST_403\.$/,
    ),
  ]);
});

test('a list that a limit truncated does not pass', async () => {
  const { code, lines } = await examine({ maxItems: 3 });
  expect(code).toBe(1);
  expect(lines).toContain('  BAD  credentials  accepted, but not all could be listed: 3 tasks listed');
});

test('all sources are checked at once, and printed in the order of the configuration', async () => {
  // The first plane answers nothing before the second was called.
  const { promise: otherWasCalled, resolve } = deferred();
  sfo.server.fault = async (_call, handle) => {
    await otherWasCalled;
    return handle();
  };
  lax.server.fault = (_call, handle) => {
    resolve();
    return handle();
  };
  const { code, lines } = await examine();
  expect(code).toBe(0);
  expect(lines.filter((line) => !line.startsWith(' '))).toEqual(['sfo (vcf, sfo)', 'lax (vcf, lax)']);
  expect(lines).toHaveLength(10);
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
