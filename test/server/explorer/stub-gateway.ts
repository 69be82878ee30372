import Fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, graphql } from 'graphql';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isPageRequest } from '../../../src/server/guards/authentication-guard.js';
import { explorerPlugin, sendLandingPage } from '../../../src/server/explorer/explorer-plugin.js';
import type { Site } from './site.js';

/** The schema of the gateway, which may have more than the contract. */
export const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

/** Where the build puts the pages. */
export const builtPages = 'dist/explorer';

/** Builds the pages where nobody did before. */
export function ensurePagesAreBuilt(): void {
  if (!existsSync(`${builtPages}/explorer.html`))
    execFileSync(process.execPath, ['scripts/build-explorer.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A fastify app with the plugin and a /graphql of the schema that answers a few fields; every other root field is null. */
export async function stubGateway({ enabled }: { enabled: boolean }): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true });
  await app.register(explorerPlugin, { folder: `${process.cwd()}/${builtPages}`, enabled });
  app.get('/graphql', (request, reply) => (isPageRequest(request) ? sendLandingPage(reply) : reply.code(400).send({ errors: [] })));
  app.post<{ Body: { query: string; variables?: Record<string, unknown>; operationName?: string } }>('/graphql', async ({ body }) =>
    graphql({
      schema,
      source: body.query,
      rootValue: { tasks },
      variableValues: body.variables ?? {},
      operationName: body.operationName ?? null,
    }),
  );
  return app;
}

/** That app, listening. */
export async function stubSite(): Promise<Site> {
  const app = await stubGateway({ enabled: true });
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() };
}

const up = { status: 'UP', circuit: 'CLOSED', latencyMs: 12, problem: null };
const down = {
  status: 'DOWN',
  circuit: 'OPEN',
  latencyMs: null,
  problem: { kind: 'TIMEOUT', message: 'No answer within 5000 ms. <img src=x onerror="document.title=1">' },
};
const slow = {
  status: 'DEGRADED',
  circuit: 'HALF_OPEN',
  latencyMs: 2140,
  problem: { kind: 'MALFORMED_RESPONSE', message: 'The second page could not be read.' },
};
const taskSources = [
  { name: 'catalog-prod', displayName: 'Package catalog', kind: 'CATALOG', health: up },
  { name: 'astra-prod', displayName: 'Astra Control, Frankfurt', kind: 'ASTRA', health: slow },
  { name: 'vcf-sfo', displayName: 'SDDC Manager, San Francisco', kind: 'VCF', health: down },
  { name: 'vcf-lax', displayName: 'SDDC Manager, Los Angeles', kind: 'VCF', health: up },
];

const tasks = {
  totalCount: 1,
  countsByStatus: [{ status: 'RUNNING', count: 1 }],
  pageInfo: { hasNextPage: false, endCursor: null },
  sources: taskSources.map((source) => ({ __typename: 'TaskSourceAnswered', source, taskCount: 0 })),
  unknownSources: [],
  nodes: [
    {
      __typename: 'VcfTask',
      id: 'vcf-lax:4e5a3f1c',
      name: 'Commissioning host esx-17',
      operation: 'HOST_COMMISSION',
      status: 'RUNNING',
      isFinished: false,
      sourceStatus: 'In Progress',
      createdAt: '2026-11-21T22:41:07.000Z',
      durationMs: 431_000,
      progress: { percent: 40, basis: 'DERIVED_FROM_SUBTASKS' },
      source: { id: 'source:vcf-lax', name: 'vcf-lax', displayName: 'SDDC Manager, Los Angeles', kind: 'VCF' },
      warnings: [],
    },
  ],
};
