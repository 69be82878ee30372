import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { SourceProblemError } from '../../src/model/source-problem.js';
import type { ListRequest, Source } from '../../src/sources/source.js';
import type { SourceConnection } from '../../src/upstream/connections.js';
import type { SourceModule } from '../../src/sources/source-module.js';
import { UpstreamClient } from '../../src/upstream/upstream.js';
import type { UpstreamResponse } from '../../src/upstream/response.js';
import { createSourceConnection } from '../support/source-connection.js';
import { allFaults } from './matrix/all-faults.js';
import type { Kind, MatrixFault, OperationName } from './matrix/fault.js';
import { Planes } from './matrix/planes.js';
import { runCell, runOnce } from './matrix/run-cell.js';

/** A mistake that is put into the gateway at the port of a source. */
interface Bug {
  readonly name: string;
  readonly cell: readonly [fault: number, kind: Kind, operation: OperationName];
  /** Of which source; that of the cell where absent. */
  readonly of?: Kind;
  /** Members of the source that are otherwise. */
  readonly members?: (source: Source, module: Remade) => Partial<Source>;
  readonly connection?: (connection: SourceConnection) => SourceConnection;
  readonly caughtBy: string;
}

interface Remade {
  /** The source once more, as if the gateway had just started. */
  again(): Source;
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

const listing = (
  source: Source,
  list: (request: ListRequest, error: SourceProblemError) => ReturnType<Source['list']>,
): Partial<Source> => ({
  list: (request) => source.list(request).catch((error: SourceProblemError) => list(request, error)),
});

const bugs: readonly Bug[] = [
  {
    name: 'no deadline is kept',
    cell: [5, 'astra', 'list'],
    connection: (connection) => ({ ...connection, transport: { ...connection.transport, timeoutMs: 2_500 } }),
    caughtBy: 'O1',
  },
  {
    name: 'a source that fails takes tasks of another one along',
    cell: [11, 'astra', 'list'],
    of: 'catalog',
    members: (source) => {
      let lists = 0;
      return {
        list: async (request) => {
          const answer = await source.list(request);
          return lists++ < 2 ? answer : { ...answer, tasks: [], unchanged: [] };
        },
      };
    },
    caughtBy: 'O2',
  },
  {
    name: 'a source is not named, and another one twice',
    cell: [11, 'astra', 'list'],
    members: (source) => {
      let name = source.name;
      const others = listing(source, (_, error) => {
        name = 'vcf';
        return Promise.reject(error);
      });
      return {
        ...others,
        get name() {
          return name;
        },
      };
    },
    caughtBy: 'O3',
  },
  {
    name: 'an action whose answer was lost is sent again',
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
    name: 'a failure is left for nobody to handle',
    cell: [11, 'astra', 'list'],
    members: (source) =>
      listing(source, (_, error) => {
        void Promise.reject(error);
        return Promise.reject(error);
      }),
    caughtBy: 'O5',
  },
  {
    name: 'a token is said',
    cell: [11, 'astra', 'list'],
    members: (source, { token }) =>
      listing(source, (_, { problem }) =>
        Promise.reject(new SourceProblemError(problem.kind, `${problem.message} It was asked with Bearer ${token}.`, problem)),
      ),
    caughtBy: 'O6',
  },
  {
    name: 'timers are left behind',
    cell: [11, 'astra', 'list'],
    members: (source) =>
      listing(source, (_, error) => {
        for (let count = 0; count < 5; count++) timers.push(setInterval(() => undefined, 60_000));
        return Promise.reject(error);
      }),
    caughtBy: 'O7',
  },
  {
    name: 'nothing is counted from one call to the next, so that no circuit breaker opens',
    cell: [11, 'astra', 'list'],
    members: ({ connection }, { again }) => ({
      list: (request) => again().list(request),
      connection: {
        circuit: () => again().connection.circuit(),
        circuitOpenForMs: () => connection.circuitOpenForMs(),
        close: () => connection.close(),
      },
    }),
    caughtBy: 'O8',
  },
  {
    name: 'a source that fails is an empty one',
    cell: [11, 'astra', 'list'],
    members: (source) =>
      listing(source, () => Promise.resolve({ tasks: [], unchanged: [], malformedCount: 0, isComplete: true, problem: null })),
    caughtBy: 'outcome',
  },
  {
    name: 'a lost answer is taken for a refusal',
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
    name: 'what was known is shown after the credentials were refused',
    cell: [18, 'astra', 'list'],
    members: (source) => listing(source, (_, error) => Promise.reject(new SourceProblemError('TIMEOUT', error.message))),
    caughtBy: 'outcome',
  },
];

describe('The oracles catch it when', () => {
  test.each(bugs)('$name', async (bug) => {
    const [number, kind, operation] = bug.cell;
    const fault = allFaults.find((one) => one.number === number) as MatrixFault;
    const question = { planes, fault, kind, operation, seed: 1 };
    expect((await runCell(question)).broken).toEqual({});
    const { broken } = await runOnce({ ...question, modules: withBug(bug, bug.of ?? kind) });
    expect(Object.keys(broken)).toContain(bug.caughtBy);
  });

  test('one caller gets what another one was answered', async () => {
    const plane = await PlaneServer.start(({ headers }) => ({ status: 200, body: { caller: headers['authorization'] } }));
    const good = new UpstreamClient(createSourceConnection(plane.url));
    const cache = new Map<string, Promise<UpstreamResponse>>();
    const bad: Pick<UpstreamClient, 'read'> = {
      read: (request) => {
        const key = request.path.join('/');
        const known = cache.get(key) ?? good.read(request);
        cache.set(key, known);
        return known;
      },
    };
    try {
      expect(await strangersOf(good)).toEqual([]);
      expect(await strangersOf(bad)).toEqual(['Bearer two']);
    } finally {
      await good.close();
      await plane.close();
    }
  });
});

/** Callers who were answered as somebody else. */
async function strangersOf(upstream: Pick<UpstreamClient, 'read'>): Promise<readonly string[]> {
  const callers = ['Bearer one', 'Bearer two'];
  const request = { method: 'GET', path: ['tasks'] } as const;
  const answers = await Promise.all(
    callers.map((authorization) => upstream.read({ ...request, headers: { authorization }, signal: AbortSignal.timeout(60_000) })),
  );
  return callers.filter((caller, index) => JSON.stringify(answers[index]?.json()) !== JSON.stringify({ caller }));
}

function withBug({ members, connection = (same) => same }: Bug, kind: Kind): readonly SourceModule[] {
  return sourceModules.map((module): SourceModule => {
    if (module.kind !== kind) return module;
    const create: SourceModule['create'] = (given, settings) => {
      const again = (): Source => module.create(connection(given), settings);
      const source = again();
      const token = String(planes.astra.settings.credentials.token);
      const others = members?.(source, { again, token }) ?? {};
      return new Proxy(source, {
        get: (target, key) => {
          const value: unknown = Reflect.has(others, key) ? Reflect.get(others, key) : Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    return { ...module, create };
  });
}
