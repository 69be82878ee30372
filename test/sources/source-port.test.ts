import { expect, test } from '@jest/globals';

import { SourceProblemError } from '../../src/model/source-problem.js';
import type { SimulatedPlane } from '../../src/sources/simulation/simulated-plane.js';
import type { ListRequest, Source } from '../../src/sources/source.js';
import type { SourceModule } from '../../src/sources/source-module.js';
import { modules } from './fourth-source/registry.js';
import { createSourceSettings } from '../support/source-settings.js';
import { buildPlaneError } from '../support/plane-errors.js';

const now = Date.UTC(2026, 10, 21, 8);

/** A source before its plane, with the ids of three tasks that the plane has. */
async function withSource(
  module: SourceModule,
  use: (source: Source, plane: SimulatedPlane, ids: readonly [string, string, string]) => Promise<void>,
): Promise<void> {
  const plane = await module.simulate({ seed: 1, name: 'site', now: () => now });
  const settings = module.settings.parse(plane.settings);
  const create = (limits: { readonly maxItems?: number } = {}): Source =>
    module.create(createSourceSettings(plane.url, { name: 'site', now: () => now, ...limits }), settings);
  const [source, limited] = [create(), create({ maxItems: 2 })];
  try {
    const { tasks: readings } = await source.list(requestFor(source));
    const [one, two, three] = readings.map(({ sourceTaskId }) => sourceTaskId);
    if (one === undefined || two === undefined || three === undefined) throw new Error('The plane has too few tasks.');
    const cut = await limited.list(requestFor(limited));
    expect([cut.tasks.length, cut.isComplete]).toEqual([2, false]);
    await use(source, plane, [one, two, three]);
  } finally {
    await Promise.all([source.upstream.close(), limited.upstream.close()]);
    await plane.close();
  }
}

function requestFor(source: Source): ListRequest {
  return { signal: AbortSignal.timeout(60_000), cachedTask: () => undefined, trackedIds: source.initialTaskIds ?? [] };
}

test.each(modules)('a $kind source that reaches maxItems says so, and one bad id costs no other', async (module) => {
  await withSource(module, async (source, plane, [one, two, three]) => {
    plane.server.fault = ({ path }, handle) => (path.includes(`/${two}`) ? { status: 500 } : handle());
    const answers = await source.read([one, two, 'no id/at all', three], requestFor(source));
    expect([...answers.keys()].toSorted()).toEqual([one, two, 'no id/at all', three].toSorted());
    expect(answers.get(one)).toMatchObject({ sourceTaskId: one });
    expect(answers.get(three)).toMatchObject({ sourceTaskId: three });
    expect(answers.get(two)).toBeInstanceOf(SourceProblemError);
    expect(source.isTaskId('no id/at all')).toBe(false);
  });
});

test.each(modules)('a $kind source answers for every id of a plane that refuses its credentials', async (module) => {
  await withSource(module, async (source, plane, ids) => {
    const fields = { ...buildPlaneError('catalog', 401), ...buildPlaneError('astra', 401), ...buildPlaneError('vcf', 401) };
    plane.server.fault = () => ({ status: 401, body: { error: 'no', ...fields, status: 401 } });
    const answers = await source.read(ids, requestFor(source));
    for (const id of ids) expect(answers.get(id)).toMatchObject({ problem: { kind: 'UNAUTHENTICATED' } });
  });
});
