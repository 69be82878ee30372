import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';

import { type DemoPlanes, startDemoPlanes } from '../../src/cli/demo.js';
import { runProgram } from '../../src/cli/program.js';
import { type RunningGateway, startGateway } from '../../src/cli/start-gateway.js';
import { loadConfiguration } from '../../src/config/load-configuration.js';
import { PlaneServer, type PlaneResponse } from '../../src/sources/simulation/plane-server.js';
import { sourceModules as modules } from '../../src/sources/registry.js';
import { idleProbes } from '../support/doubles/idle-probes.js';
import { type Json, post } from '../support/post.js';
import { buildTestSchema } from '../support/test-schema.js';
import { ensurePagesAreBuilt } from '../server/explorer/stub-gateway.js';
import { createTestIo } from './test-io.js';

const minuteMs = 60_000;
const startedAt = Date.UTC(2026, 10, 21, 8);
let now = startedAt;
let demo: DemoPlanes;
let gateway: RunningGateway;

beforeAll(async () => {
  ensurePagesAreBuilt();
  demo = await startDemoPlanes({ modules, seed: 1, now: () => now, isLifelike: true });
  const configuration = loadConfiguration({ file: 'demo', text: demo.configuration, environment: {}, readFile: String, modules });
  gateway = await startGateway({
    configuration: {
      ...configuration,
      server: { ...configuration.server, port: 0 },
      limits: { ...configuration.limits, operationsPerSecond: 0 },
    },
    modules,
    schema: buildTestSchema(modules, configuration.federation),
    explorerFolder: 'dist/explorer',
    logger: pino({ level: 'silent' }),
    now: () => now,
    probes: idleProbes,
    random: () => 0,
    demo: demo.control,
  });
});
afterAll(async () => {
  await gateway.close();
  await demo.close();
});

interface DemoTask {
  readonly name: string;
  readonly operation: string;
  readonly status: string;
  readonly createdAt: string | null;
  readonly durationMs: number | null;
  readonly source: { readonly name: string; readonly kind: string };
}

async function readTasks(): Promise<readonly DemoTask[]> {
  const query = `query ($after: String) { tasks(first: 200, after: $after, maxAgeMs: 0, filter: { topLevelOnly: true }) {
    nodes { id name operation status createdAt durationMs source { name kind } } pageInfo { hasNextPage endCursor } } }`;
  const found: DemoTask[] = [];
  for (let after: string | null = null, isMore = true; isMore;) {
    const { data }: { data?: Json } = await post(`${gateway.origin}/graphql`, { query, variables: { after } });
    found.push(...data.tasks.nodes);
    ({ endCursor: after, hasNextPage: isMore } = data.tasks.pageInfo);
  }
  return found;
}

function advance(minutes: number): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    now += minuteMs;
    for (const plane of demo.planes) plane.advance(minuteMs);
  }
}

test('The work of the demo is spread over three days, and takes as long as it does at a real site.', async () => {
  const tasks = await readTasks();
  const daysAgo = (task: DemoTask): number => Math.floor((startedAt - Date.parse(task.createdAt ?? '')) / (24 * 60 * minuteMs));
  const vcf = tasks.filter(({ source }) => source.kind === 'VCF');
  for (const day of [0, 1, 2]) expect(vcf.filter((task) => daysAgo(task) === day).length).toBeGreaterThan(10);
  const minutesOf = (operation: string): number[] =>
    tasks
      .filter((task) => task.operation === operation && task.status === 'SUCCEEDED' && task.durationMs !== null)
      .map(({ durationMs }) => (durationMs ?? 0) / minuteMs);
  const usual: readonly (readonly [string, number, number])[] = [
    ['DOMAIN_CREATION', 90, 200],
    ['ESX_UPGRADE', 60, 160],
    ['HOST_COMMISSION', 8, 20],
    ['SDDC_MANAGER_BACKUP', 4, 12],
    ['astra.backup', 8, 30],
  ];
  for (const [operation, least, most] of usual) {
    expect(minutesOf(operation).length).toBeGreaterThan(0);
    for (const minutes of minutesOf(operation)) expect([operation, minutes >= least && minutes <= most]).toEqual([operation, true]);
  }
});

test('No workload domain, cluster or host is worked on twice under one name.', async () => {
  const names = (await readTasks())
    .filter(({ operation }) => /^(?:DOMAIN|CLUSTER|EDGE_CLUSTER)_CREATION$|^HOST_/.test(operation))
    .map(({ name }) => name);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});

test('The tasks of the sample operations are there, with the same ids as for every seed.', async () => {
  const ids = ['vcf-sfo:15820818-fd83-4aa2-87cc-569ac51a70b9', 'vcf-sfo:c1d15ad1-5b1a-446e-b6ec-0999726181ab'];
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Task { status } } }';
  const { data } = await post(`${gateway.origin}/graphql`, {
    query,
    variables: { ids: [...ids, 'catalog-demo:V1StGXR8Z5jdHi6BmyT7abcdef'] },
  });
  expect(data?.nodes.map((node: Json) => node?.status)).toEqual(['RUNNING', 'FAILED', 'RUNNING']);
});

test('A broken plane is what it was broken into, as the gateway sees it, until it is mended; the others answer all the time.', async () => {
  expect(await change(['break', 'vcf-lax', '--wrong'])).toEqual([0, ['vcf-lax is wrong.']]);
  expect(await change(['break', 'astra-demo', '--gone'])).toEqual([0, ['astra-demo is gone.']]);
  expect(await readOutcomes()).toEqual({
    'catalog-demo': 'TaskSourceAnswered',
    'astra-demo': 'TaskSourceStale UNREACHABLE',
    'vcf-sfo': 'TaskSourceAnswered',
    'vcf-lax': 'TaskSourceStale MALFORMED_RESPONSE',
  });
  const { planes } = (await (await fetch(`${gateway.origin}/demo/planes`)).json()) as { planes: { fault: string | null }[] };
  expect(planes.map(({ fault }) => fault)).toEqual([null, 'gone', null, 'wrong']);
  expect(await change(['mend', 'astra-demo'])).toEqual([0, ['astra-demo works again.']]);
  expect(await change(['mend'])).toEqual([0, ['every plane works again.']]);
  expect(new Set(Object.values(await readOutcomes()))).toEqual(new Set(['TaskSourceAnswered']));
});

test('A slow plane answers after 2.5 seconds.', async () => {
  const { configuration, control, close } = await startDemoPlanes({ modules, seed: 1, now: () => now, isLifelike: true });
  const url = /url: ['"]?(http:[^\s'"]+)/.exec(configuration)?.[1] ?? '';
  expect(control.setFault('catalog-demo', 'slow')).toBe(true);
  const startedAtMs = performance.now();
  expect((await fetch(url)).status).toBeLessThan(500);
  expect(performance.now() - startedAtMs).toBeGreaterThan(2_400);
  await close();
});

test('A call that a slow plane holds back does no harm when the demo ends meanwhile.', async () => {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const answers: Promise<PlaneResponse>[] = [];
  const plane: PlaneServer = await PlaneServer.start(() => ({ status: 200, body: plane.url }));
  const { url } = plane;
  const arrived = new Promise<void>((resolve) => {
    plane.fault = (_call, handle) => {
      resolve();
      const answer = held.then(handle);
      answers.push(answer);
      return answer;
    };
  });
  const outcome = fetch(url).then(
    () => 'answered',
    () => 'cut',
  );
  await arrived;
  await plane.close();
  expect(await outcome).toBe('cut');
  goOn();
  expect(await Promise.all(answers)).toEqual([{ status: 200, body: url }]);
});

test('The address of a server that is no demo is reported as such.', async () => {
  const { io, err } = createTestIo('');
  const other = createServer((_request, response) =>
    response.writeHead(404).end(JSON.stringify({ errors: [{ message: 'Nothing.', extensions: { code: 'BAD_USER_INPUT' } }] })),
  );
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = other.address() as AddressInfo;
    expect(await runProgram(['demo', 'mend', '--url', `http://127.0.0.1:${port}`], modules, io)).toBe(1);
    expect(err.join('\n')).toContain(`http://127.0.0.1:${port} is no demo: it answered 404.`);
  } finally {
    other.close();
  }
});

test.each([
  [['break', 'vcf-lax'], 2, 'one of --slow, --silent, --wrong, --gone is required'],
  [['break', 'vcf-lax', '--slow', '--gone'], 2, 'cannot be used with'],
  [['break', 'vcf-nyc', '--gone'], 1, 'There is no such plane in the demo; there are catalog-demo, astra-demo, vcf-sfo, vcf-lax.'],
  [['mend', '--url', 'ftp://127.0.0.1'], 2, 'Expected an address'],
  [['mend', '--url', 'http://me:canary@127.0.0.1:1'], 2, 'without a user name and password'],
  [['mend', '--url', 'ftp://me:canary@127.0.0.1:1'], 2, 'without a user name and password'],
  [['mend', '--url', 'http://127.0.0.1:1'], 1, 'No demo answers at http://127.0.0.1:1'],
])('tributary demo %j ends with %i and says why.', async (words, code, message) => {
  const { io, err } = createTestIo('');
  const address = words.includes('--url') ? [] : ['--url', gateway.origin];
  expect(await runProgram(['demo', ...words, ...address], modules, io)).toBe(code);
  expect(err.join('\n')).toContain(message);
  expect(err.join('\n')).not.toContain('canary');
});

const json = { 'content-type': 'application/json' };
const own = { ...json, 'x-tributary-demo': '1' };
test.each([
  ['without the header that a page of another origin cannot send', json, '{"fault":null}', 403, 'have the header x-tributary-demo'],
  ['of another origin', { ...own, origin: 'http://localhost:5173' }, '{"fault":null}', 403, 'from the same origin'],
  ['as a form sends it', { 'content-type': 'text/plain', 'x-tributary-demo': '1' }, '{"fault":null}', 415, ''],
  ['with an unknown fault', own, '{"plane":"vcf-lax","fault":"constructor"}', 400, 'fault must be'],
  ['without a fault', own, '{"plane":"vcf-lax"}', 400, 'fault must be'],
  ['with a plane that is no text', own, '{"plane":1,"fault":null}', 400, 'plane the name of a plane'],
  ['that is no object', own, '7', 400, 'fault must be'],
])('A change of the demo %s is refused.', async (_which, headers, body, status, message) => {
  const response = await fetch(`${gateway.origin}/demo/planes`, { method: 'POST', headers, body });
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(message);
  expect(demo.control.planes().every(({ fault }) => fault === null)).toBe(true);
});

test('The landing page leads to the page of the demo, which has the same strict policy.', async () => {
  const landing = await (await fetch(gateway.origin)).text();
  expect(landing).toContain('<a href="./demo">Demo</a>');
  const page = await fetch(`${gateway.origin}/demo`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
});

test('In ten minutes something of each source ends or begins, at each minute of three hours something runs, and names stay rare.', async () => {
  const before = new Set((await readTasks()).map(({ name, status }) => `${status} ${name}`));
  advance(10);
  const changed = (await readTasks()).filter(({ name, status }) => !before.has(`${status} ${name}`));
  expect(new Set(changed.map(({ source }) => source.name)).size).toBe(4);
  for (let minutes = 0; minutes < 180; minutes += 15) {
    advance(15);
    const running = (await readTasks()).filter(({ status }) => status === 'RUNNING');
    expect(new Set(running.map(({ source }) => source.name)).size).toBe(4);
  }
  const tasks = await readTasks();
  expect(tasks.length).toBeLessThan(400);
  const domains = tasks.filter(({ operation }) => operation === 'DOMAIN_CREATION').map(({ name }) => name);
  expect(new Set(domains).size).toBe(domains.length);
});

/** Exit code and output of a command that changes the running demo. */
async function change(words: readonly string[]): Promise<[unknown, readonly string[]]> {
  const { io, out } = createTestIo('');
  const code = await runProgram(['demo', ...words, '--url', gateway.origin], modules, io);
  return [code, out];
}

async function readOutcomes(): Promise<Readonly<Record<string, string>>> {
  now += minuteMs;
  const query = '{ tasks(first: 0, maxAgeMs: 0) { sources { __typename source { name } problem { kind } } } }';
  const { data } = await post(`${gateway.origin}/graphql`, { query });
  return Object.fromEntries(
    data?.tasks.sources.map((outcome: Json) => [
      outcome.source.name,
      [outcome.__typename, ...(outcome.problem === null ? [] : [outcome.problem.kind])].join(' '),
    ]),
  );
}
