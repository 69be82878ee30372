import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { Child } from '../bench/child.mjs';
import { print } from '../bench/print.mjs';
import { quantile } from '../bench/quantile.mjs';
import { hostileAnswers } from './hostile-answers.mjs';

const gatewayUrl = new URL('plane-gateway.mjs', import.meta.url);
const account = '00000000-0000-4000-8000-000000000000';
const credentials = {
  vcf: { username: 'u', password: 'p-0123456789' },
  astra: { token: 'token-0123456789' },
  catalog: { token: 'token-0123456789' },
};
const others = { vcf: {}, astra: { accountId: account }, catalog: { zoneId: 'z', tasks: ['task_1'] } };
const fields =
  'nodes { id name status failures { message } warnings { ... on TaskWarningFields { message } } } sources { __typename ... on TaskSourceAnswered { isComplete malformedCount problem { kind } taskCount } ... on TaskSourceUnavailable { problem { kind message } } }';
const buildQuery = (name) =>
  JSON.stringify({ query: `{ tasks(first: 20, maxAgeMs: 0, filter: { sourceNames: ["${name}"] }) { ${fields} } }` });

/** How far away the other plane is: about as far as planes are from a gateway in the same network. */
const awayMs = 20;

/** What one plane sends costs other callers and sources nothing. `wanted`: a part of the names of the answers. */
export async function hostilePlanes(wanted) {
  print(
    `\n| The plane sends | MB | worst /livez, ms (goal: ≤ 100) | block, ms | read of another plane, ${awayMs} ms away, ms: usual | meanwhile (goal: ≤ 2 ×) | memory, MB more (goal: ≤ 4 × answer + 50) | read, s | answer |`,
  );
  print('|---|---|---|---|---|---|---|---|---|');
  for (const [name, answer] of Object.entries(hostileAnswers)) if (name.includes(wanted)) await measure(name, answer);
}

async function measure(name, answer) {
  const body = answer.text === undefined ? null : Buffer.from(answer.text());
  const bad = await startPlane((request) => answerRequest(request, answer, body));
  const goodBody = Buffer.from(hostileAnswers['VCF, 3 ordinary tasks'].text());
  const good = await startPlane((request) => answerRequest(request, { kind: 'vcf' }, goodBody), awayMs);
  const configuration = {
    auth: { mode: 'none' },
    store: { kind: 'memory' },
    limits: { operationsPerSecond: 0 },
    sources: [
      {
        name: 'bad',
        kind: answer.kind,
        url: bad.url,
        credentials: credentials[answer.kind],
        ...others[answer.kind],
        timeoutMs: 60_000,
        ...(answer.maxBodyMb && { maxBodyMb: answer.maxBodyMb }),
      },
      { name: 'good', kind: 'vcf', url: good.url, credentials: credentials.vcf },
    ],
  };
  const child = new Child(gatewayUrl, [JSON.stringify(configuration)]);
  try {
    const origin = await child.nextMessage();
    const usual = [];
    for (let index = 0; index < 60; index++) usual.push((await ask(origin, buildQuery('good'))).ms);
    await sleep(100);
    await child.request('figures');
    await sleep(50);
    const { rssMb: before } = await child.request('figures');
    const startedAt = performance.now();
    let isRunning = true;
    const read = child.whileAlive(ask(origin, buildQuery('bad'))).finally(() => (isRunning = false));
    const lives = [];
    const reads = [];
    const watch = async (list, send) => {
      while (isRunning) {
        list.push(await send());
        await sleep(5);
      }
    };
    const livez = async () => {
      const at = performance.now();
      await fetch(`${origin}/livez`).then((response) => response.text());
      return performance.now() - at;
    };
    const readGood = async () => (await ask(origin, buildQuery('good'))).ms;
    const [{ text }] = await Promise.all([read, watch(lives, livez), watch(reads, readGood)]);
    const seconds = (performance.now() - startedAt) / 1000;
    await sleep(100);
    const { rssMb, blockMs } = await child.request('figures');
    const megabytes = ((body?.length ?? 0) / 1024 / 1024).toFixed(1);
    const row = [
      name,
      megabytes,
      Math.max(...lives).toFixed(0),
      blockMs,
      quantile(usual.slice(20), 0.5).toFixed(1),
      quantile(reads, 0.5).toFixed(1),
      rssMb - before,
      seconds.toFixed(1),
    ];
    print(`| ${row.join(' | ')} | ${describe(text)} |`);
  } catch (error) {
    print(`| ${name} | | | | | | | | ${error.message} |`);
  } finally {
    await child.kill();
    await Promise.all([bad.close(), good.close()]);
  }
}

async function ask(origin, body) {
  const startedAt = performance.now();
  const response = await fetch(`${origin}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return { text: await response.text(), ms: performance.now() - startedAt };
}

function describe(text) {
  const { data, errors } = JSON.parse(text);
  if (errors !== undefined) return errors[0].message.slice(0, 100);
  const [{ isComplete, malformedCount, problem, taskCount }] = data.tasks.sources;
  if (isComplete === undefined) return `${problem.kind}: ${problem.message}`;
  const warnings = data.tasks.nodes.flatMap((node) => node.warnings.map(({ message }) => message));
  return `${taskCount} tasks, complete: ${isComplete}, malformed: ${malformedCount}, ${problem?.kind ?? ''} ${(warnings[0] ?? '').slice(0, 80)}`;
}

function answerRequest(request, answer, body) {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/v1/tokens')
    return { status: 200, body: JSON.stringify({ accessToken: 'token-0123456789', refreshToken: { id: 'r' } }) };
  if (url.pathname === '/v1/credentials/tasks') return { status: 200, body: '{"elements":[]}' };
  if (answer.pages === undefined) return { status: answer.status ?? 200, body };
  const number = Number(url.searchParams.get('pageNumber') ?? 0);
  const pageMetadata = { pageNumber: number, pageSize: 100, totalElements: answer.pages * 100, totalPages: answer.pages };
  return { status: 200, body: `{"elements":[${answer.page(number)}],"pageMetadata":${JSON.stringify(pageMetadata)}}` };
}

async function startPlane(answer, latencyMs = 0) {
  const server = createServer((request, response) => {
    const send = () => {
      const { status, body } = answer(request);
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
    };
    request.resume().on('end', () => setTimeout(send, latencyMs));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
