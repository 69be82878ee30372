import { afterEach, expect, test } from '@jest/globals';

import type { Json } from '../../support/post.js';
import { World, type WorldOptions } from '../../support/world.js';
import { canaries } from './canaries.js';
import { buildPlaneError } from '../../support/plane-errors.js';

let world: World;
afterEach(() => world.close());

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start({ logLevel: 'info', ...options });
}

/** What was logged since the last look, without its time. */
function logged(): readonly Json[] {
  const lines = world.log.splice(0).map((line): Json => JSON.parse(line));
  return lines.map(({ time: _time, pid: _pid, hostname: _hostname, ...line }) => line);
}

/** Three operations, each of which asks. */
async function askAgain(): Promise<void> {
  for (let time = 0; time < 3; time++) {
    world.passTime(1_500);
    await world.graphql('{ tasks { totalCount } }');
  }
}

const [info, warn] = [30, 40];

test('One line is logged when a source begins to fail, answers in part or recovers, and none while it stays as it is.', async () => {
  await start();
  const { server } = world.planes['vcf-sfo'];
  const source = 'vcf-sfo';
  await askAgain();
  expect(logged()).toEqual([]);

  server.fault = () => ({ status: 500, body: { message: canaries.join(' ') } });
  await askAgain();
  const down = { source, problem: 'HTTP_STATUS', httpStatus: 500, causeCode: null };
  expect(logged()).toEqual([{ level: warn, ...down, msg: 'vcf-sfo fails: The plane answered with status 500.' }]);

  server.fault = ({ path }, handle) => (path.startsWith('/v1/credentials') ? { status: 403, body: buildPlaneError('vcf', 403) } : handle());
  await askAgain();
  const part = { source, problem: 'FORBIDDEN', httpStatus: 403, causeCode: null };
  expect(logged()).toEqual([
    {
      level: warn,
      ...part,
      msg: 'vcf-sfo answers in part: The credentials do not suffice at the plane: their account may lack a role. Its code is TEST_403.',
    },
  ]);

  server.fault = null;
  await askAgain();
  expect(logged()).toEqual([{ level: info, source, msg: 'vcf-sfo answers again.' }]);
});

test('Tasks that are read by id, of which one fails, are one line and not two for each reading.', async () => {
  await start();
  const open = await world.graphql('{ tasks(filter: { sourceNames: ["catalog-demo"], isFinished: false }, first: 2) { nodes { id } } }');
  const ids: readonly string[] = open.data.tasks.nodes.map(({ id }: Json) => id);
  const [faulty = ''] = ids.map((id) => id.slice('catalog-demo:'.length));
  world.planes['catalog-demo'].server.fault = ({ path }, handle) => (path.endsWith(faulty) ? { status: 500, body: {} } : handle());
  for (let time = 0; time < 3; time++) {
    world.passTime(1_500);
    await world.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  }
  expect(ids).toHaveLength(2);
  const msg = 'catalog-demo answers in part: The plane answered with status 500.';
  expect(logged()).toMatchObject([{ level: warn, problem: 'HTTP_STATUS', msg }]);
});

test('The code of the cause is logged, and neither a URL nor a credential.', async () => {
  const credentials = { username: 'canary-user', password: 'canary-password' };
  const elsewhere = { url: 'http://127.0.0.1:9/canary-path', proxy: 'http://canary-user:canary-password@127.0.0.1:9' };
  await start({ sources: { 'vcf-sfo': { ...elsewhere, credentials }, 'vcf-lax': { credentials } } });
  await askAgain();
  const text = world.log.join('');
  const lines = logged();
  expect(lines).toHaveLength(2);
  expect(lines).toContainEqual(expect.objectContaining({ source: 'vcf-sfo', problem: 'UNREACHABLE', causeCode: 'ECONNREFUSED' }));
  expect(lines).toContainEqual(expect.objectContaining({ source: 'vcf-lax', problem: 'UNAUTHENTICATED' }));
  expect(text).not.toMatch(/canary|https?:|127\.0\.0\.1|Bearer |Basic /);
});

test('Each action is one line: who did what, why, and what became of it.', async () => {
  await start();
  const { data } = await world.graphql(
    '{ tasks(filter: { sourceNames: ["vcf-sfo"] }, first: 200) { nodes { id status retry { isAllowed } } } }',
  );
  const retryable = data.tasks.nodes.find(({ retry }: Json) => retry.isAllowed);
  const retry = 'mutation ($input: RetryTaskInput!) { retryTask(input: $input) { outcome auditId } }';
  const sent = await world.graphql(retry, { input: { id: retryable.id, reason: 'Ticket 7' } });
  const refused = await world.graphql(retry, { input: { id: 'nowhere:1' } });
  const own = { level: info, caller: 'anonymous', mutation: 'retryTask' };
  const [first, second] = [sent.data.retryTask, refused.data.retryTask];
  expect(first.outcome).toBe('ACCEPTED');
  expect(logged()).toEqual([
    { ...own, taskId: retryable.id, ...first, because: [], reason: 'Ticket 7', msg: 'retryTask was ACCEPTED.' },
    { ...own, taskId: 'nowhere:1', ...second, because: ['NOT_FOUND'], reason: null, msg: 'retryTask was REJECTED.' },
  ]);
});
