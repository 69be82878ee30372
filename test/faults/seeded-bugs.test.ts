import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { SourceProblemError } from '../../src/model/source-problem.js';
import type { ListRequest, Source } from '../../src/sources/source.js';
import type { SourceSettings } from '../../src/upstream/source-settings.js';
import type { SourceModule } from '../../src/sources/source-module.js';
import { UpstreamClient } from '../../src/upstream/upstream.js';
import type { UpstreamResponse } from '../../src/upstream/response.js';
import { createSourceSettings } from '../support/source-settings.js';
import { allFaults } from './matrix/all-faults.js';
import type { Kind, MatrixFault, OperationName } from './matrix/fault.js';
import { Planes } from './matrix/planes.js';
import { runCell, runOnce } from './matrix/run-cell.js';

/** A bug that is seeded into the gateway at the source port. */
interface Bug {
  readonly name: string;
  readonly cell: readonly [fault: number, kind: Kind, operation: OperationName];
  /** The kind of source with the bug; by default that of the cell. */
  readonly kind?: Kind;
  /** Members of the source that replace the correct ones. */
  readonly members?: (source: Source, module: Recreate) => Partial<Source>;
  /** Changes the settings of the source. */
  readonly adjust?: (settings: SourceSettings) => SourceSettings;
  readonly caughtBy: string;
}

interface Recreate {
  /** A new instance of the source, as after a restart. */
  recreate(): Source;
  readonly token: string;
}

let planes: Planes;
const timers: NodeJS.Timeout[] = [];
beforeAll(async () => {
  planes = await Planes.start(1);
});
afterAll(async () => {
  for (const timer of timers) clearInterval(timer);
  await planes.close();
});

const replaceFailedList = (
  source: Source,
  list: (request: ListRequest, error: SourceProblemError) => ReturnType<Source['list']>,
): Partial<Source> => ({
  list: (request) => source.list(request).catch((error: SourceProblemError) => list(request, error)),
});

const bugs: readonly Bug[] = [
  {
    name: 'deadlines are ignored',
    cell: [5, 'astra', 'list'],
    // Ten deadlines: twice the lag of a busy machine is allowed for, and must not hide the bug.
    adjust: (settings) => ({ ...settings, transport: { ...settings.transport, timeoutMs: 10_000 } }),
    caughtBy: 'O1',
  },
  {
    name: 'a failing source hides tasks of another one',
    cell: [11, 'astra', 'list'],
    kind: 'catalog',
    members: (source) => {
      let lists = 0;
      return {
        list: async (request) => {
          const answer = await source.list(request);
          return lists++ < 2 ? answer : { ...answer, tasks: [], unchangedIds: [], unreadIds: [] };
        },
      };
    },
    caughtBy: 'O2',
  },
  {
    name: 'one source is listed twice and another one is missing',
    cell: [11, 'astra', 'list'],
    members: (source) => {
      let name = source.name;
      const replaced = replaceFailedList(source, (_, error) => {
        name = 'vcf';
        return Promise.reject(error);
      });
      return {
        ...replaced,
        get name() {
          return name;
        },
      };
    },
    caughtBy: 'O3',
  },
  {
    name: 'an action whose response was lost is sent again',
    cell: [6, 'vcf', 'mutation'],
    members: ({ actions }) => ({
      actions: {
        ...actions,
        act: async (...request) => {
          const first = await actions.act(...request);
          return first.outcome === 'UNKNOWN' ? actions.act(...request) : first;
        },
      },
    }),
    caughtBy: 'O4',
  },
  {
    name: 'a rejection stays unhandled',
    cell: [11, 'astra', 'list'],
    members: (source) =>
      replaceFailedList(source, (_, error) => {
        void Promise.reject(error);
        return Promise.reject(error);
      }),
    caughtBy: 'O5',
  },
  {
    name: 'a token leaks into an error message',
    cell: [11, 'astra', 'list'],
    members: (source, { token }) =>
      replaceFailedList(source, (_, { problem }) =>
        Promise.reject(new SourceProblemError(problem.kind, `${problem.message} The request had Bearer ${token}.`, problem)),
      ),
    caughtBy: 'O6',
  },
  {
    name: 'timers leak',
    cell: [11, 'astra', 'list'],
    members: (source) =>
      replaceFailedList(source, (_, error) => {
        for (let count = 0; count < 5; count++) timers.push(setInterval(() => undefined, 60_000));
        return Promise.reject(error);
      }),
    caughtBy: 'O7',
  },
  {
    name: 'failures are not counted across calls, so that no circuit breaker opens',
    cell: [11, 'astra', 'list'],
    members: ({ upstream }, { recreate }) => ({
      list: (request) => recreate().list(request),
      upstream: {
        circuit: () => recreate().upstream.circuit(),
        circuitOpenForMs: () => upstream.circuitOpenForMs(),
        clockAheadMs: () => null,
        isBusy: () => upstream.isBusy(),
        releaseIdle: () => upstream.releaseIdle(),
        close: () => upstream.close(),
      },
    }),
    caughtBy: 'O8',
  },
  {
    name: 'a failing source is reported as empty',
    cell: [11, 'astra', 'list'],
    members: (source) =>
      replaceFailedList(source, () =>
        Promise.resolve({ tasks: [], unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null }),
      ),
    caughtBy: 'outcome',
  },
  {
    name: 'a lost response is reported as a rejection',
    cell: [5, 'vcf', 'mutation'],
    members: ({ actions }) => ({
      actions: {
        ...actions,
        act: async (...request) => {
          const response = await actions.act(...request);
          return response.outcome === 'UNKNOWN'
            ? { outcome: 'REJECTED', reason: 'PROBLEM', problem: response.problem, isRetryable: true, retryAfterMs: null }
            : response;
        },
      },
    }),
    caughtBy: 'outcome',
  },
  {
    name: 'stale data is served after the credentials were rejected',
    cell: [18, 'astra', 'list'],
    members: (source) => replaceFailedList(source, (_, error) => Promise.reject(new SourceProblemError('TIMEOUT', error.message))),
    caughtBy: 'outcome',
  },
];

describe('The oracles find this bug:', () => {
  test.each(bugs)('$name', async (bug) => {
    const [number, kind, operation] = bug.cell;
    const fault = allFaults.find((one) => one.number === number) as MatrixFault;
    const setup = { planes, fault, kind, operation, seed: 1 };
    expect((await runCell(setup)).broken).toEqual({});
    const { broken } = await runOnce({ ...setup, modules: withBug(bug, bug.kind ?? kind) });
    expect(Object.keys(broken)).toContain(bug.caughtBy);
  });

  test('one caller gets the response of another', async () => {
    const plane = await PlaneServer.start(({ headers }) => ({ status: 200, body: { caller: headers['authorization'] } }));
    const good = new UpstreamClient(createSourceSettings(plane.url));
    const cache = new Map<string, Promise<UpstreamResponse>>();
    const bad: Pick<UpstreamClient, 'send'> = {
      send: (request) => {
        const key = request.path.join('/');
        const cached = cache.get(key) ?? good.send(request);
        cache.set(key, cached);
        return cached;
      },
    };
    try {
      expect(await findMixedUpCallers(good)).toEqual([]);
      expect(await findMixedUpCallers(bad)).toEqual(['Bearer two']);
    } finally {
      await good.close();
      await plane.close();
    }
  });
});

/** The callers that got the response of another caller. */
async function findMixedUpCallers(upstream: Pick<UpstreamClient, 'send'>): Promise<readonly string[]> {
  const callers = ['Bearer one', 'Bearer two'];
  const request = { method: 'GET', path: ['tasks'] } as const;
  const answers = await Promise.all(
    callers.map((authorization) => upstream.send({ ...request, headers: { authorization }, signal: AbortSignal.timeout(60_000) })),
  );
  return callers.filter((caller, index) => JSON.stringify(answers[index]?.json()) !== JSON.stringify({ caller }));
}

function withBug({ members, adjust = (same) => same }: Bug, kind: Kind): readonly SourceModule[] {
  return sourceModules.map((module): SourceModule => {
    if (module.kind !== kind) return module;
    const create: SourceModule['create'] = (context, settings) => {
      const recreate = (): Source => module.create(adjust(context), settings);
      const source = recreate();
      const token = String(planes.astra.settings.credentials.token);
      const replaced = members?.(source, { recreate, token }) ?? {};
      return new Proxy(source, {
        get: (target, key) => {
          const value: unknown = Reflect.has(replaced, key) ? Reflect.get(replaced, key) : Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    return { ...module, create };
  });
}
