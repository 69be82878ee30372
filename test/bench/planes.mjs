/**
 * The three planes of the benchmark, in a process of their own: HTTP servers whose responses are serialised before they are asked for.
 *
 * The argument is { count }, the tasks of each list. A message sets { latencyMs, change } where it has them: after how many milliseconds
 * the planes answer, and when one task of each list changes: 'never', 'read' (before every read of the list) or every so many
 * milliseconds.
 * Every message is answered with the number of requests since the last one, by the token that they carried.
 */
import { createServer } from 'node:http';
import process from 'node:process';

const { count } = JSON.parse(process.argv[2] ?? '{}');
let latencyMs = 0;
let change = 'never';

const accountId = '00000000-0000-4000-8000-00000000aaaa';
/** Lists begin with their newest task, and every task is a second older than the one before it. Only the newest are unfinished. */
const newestAt = Date.UTC(2026, 10, 1);
const unfinishedCount = 100;
const at = (index, offset = 0) => new Date(newestAt - index * 1_000 + offset).toISOString();
const uuid = (group, index) => `00000000-0000-4000-${group}-${String(index).padStart(12, '0')}`;

const catalogIds = Array.from({ length: 20 }, (_, index) => `task${String(index).padStart(22, '0')}`);

function buildCatalogTask(index) {
  const hasFailed = index % 10 === 3;
  return {
    id: catalogIds[index],
    operation: 'create',
    status: hasFailed ? 'failed' : index % 2 === 0 ? 'running' : 'pending',
    created_at: at(index),
    updated_at: at(index, 500),
    error_message: hasFailed ? `The certificate of registry ${index} has expired.` : '',
    install_id: `install${String(index).padStart(19, '0')}`,
    package_id: `package${String(index).padStart(19, '0')}`,
    package_slug: `package-${index}`,
    package_version: 1 + (index % 5),
    warnings: index % 10 === 4 ? [{ code: 'QUOTA', message: 'The quota is nearly used up.', status: 200 }] : [],
  };
}

function buildAstraTask(index, revision) {
  const states = index < unfinishedCount ? ['completed', 'running', 'failed', 'completed', 'notStarted'] : ['completed', 'failed'];
  const state = states[index % states.length];
  const isOver = state === 'completed' || state === 'failed';
  const details = [{ type: 'https://astra.netapp.io/problems/34', title: 'Snapshot', detail: `The volume ${index} did not answer.` }];
  return {
    type: 'application/astra-task',
    version: '1.1',
    id: uuid('8000', index),
    name: 'astra.backup',
    summary: `Back up application ${index}${revision === 0 ? '' : `, revision ${revision}`}`,
    description: `The backup of application ${index} into bucket ${index % 7}.`,
    resourceID: uuid('9000', index),
    resourceURI: `/accounts/${accountId}/k8s/v1/apps/${uuid('a000', index)}/appBackups/${uuid('9000', index)}`,
    resourceCollectionURI: [`/accounts/${accountId}/k8s/v1/apps/${uuid('a000', index)}/appBackups`],
    state,
    stateTransitions: [{ from: 'running', to: ['paused', 'cancelled', 'completed', 'failed'] }],
    stateDetails: state === 'failed' ? details : [],
    percentDone: isOver ? 100 : state === 'running' ? 25 : 0,
    startTime: at(index, 100),
    ...(isOver ? { endTime: at(index, 900) } : {}),
    metadata: {
      labels: [],
      creationTimestamp: at(index),
      modificationTimestamp: at(index, 900),
      createdBy: uuid('b000', index % 9),
    },
  };
}

function buildVcfTask(index, revision) {
  const isRunning = index % 10 === 0 && index < unfinishedCount;
  const hasFailed = index % 10 === 5;
  const subtask = (step) => ({
    name: `Step ${step} on host ${index}`,
    type: 'STEP',
    description: `What step ${step} does on host ${index}`,
    status: isRunning ? 'PENDING' : 'SUCCESSFUL',
    creationTimestamp: at(index, step),
    ...(isRunning ? {} : { completionTimestamp: at(index, 100 + step) }),
    errors: [],
    resources: [],
  });
  return {
    id: uuid('c000', index),
    name: `Commission host ${index}${revision === 0 ? '' : `, revision ${revision}`}`,
    type: 'HOST_COMMISSION',
    status: isRunning ? 'In Progress' : hasFailed ? 'Failed' : 'Successful',
    creationTimestamp: at(index),
    ...(isRunning ? {} : { completionTimestamp: at(index, 500) }),
    subTasks: [1, 2, 3].map(subtask),
    errors: hasFailed
      ? [{ errorCode: 'HOST_UNREACHABLE', message: `The host esxi-${index}.example does not answer.`, referenceToken: `REF${index}` }]
      : [],
    resources: [{ resourceId: uuid('d000', index), type: 'ESXI', name: `esxi-${index}`, fqdn: `esxi-${index}.example` }],
    resolutionStatus: 'UNRESOLVED',
    isCancellable: isRunning,
    isRetryable: hasFailed,
  };
}

const json = (value) => Buffer.from(JSON.stringify(value));

/** Each list as its items in JSON, and the bodies made of them. */
const astraItems = Array.from({ length: count }, (_, index) => JSON.stringify(buildAstraTask(index, 0)));
const vcfItems = Array.from({ length: count }, (_, index) => JSON.stringify(buildVcfTask(index, 0)));
const catalogBodies = new Map(catalogIds.map((id, index) => [id, json(buildCatalogTask(index))]));
let astraBody = null;
const vcfPages = new Map();
const emptyPage = json({ elements: [], pageMetadata: { pageNumber: 0, pageSize: 0, totalElements: 0, totalPages: 0 } });

function astraList() {
  astraBody ??= Buffer.from(`{"items":[${astraItems.join(',')}],"metadata":{}}`);
  return astraBody;
}

function vcfPage(query) {
  const pageNumber = Number(query.get('pageNumber') ?? 0);
  const pageSize = Number(query.get('pageSize') ?? 100);
  const key = `${pageNumber} ${pageSize}`;
  let body = vcfPages.get(key);
  if (body === undefined) {
    const elements = vcfItems.slice(pageNumber * pageSize, (pageNumber + 1) * pageSize);
    const metadata = { pageNumber, pageSize: elements.length, totalElements: count, totalPages: Math.ceil(count / pageSize) };
    body = Buffer.from(`{"elements":[${elements.join(',')}],"pageMetadata":${JSON.stringify(metadata)}}`);
    vcfPages.set(key, body);
  }
  return body;
}

/** Changes the name of one of the newest tasks, another one each time. */
const changes = {
  astra: { revision: 0, apply: (index, revision) => (astraItems[index] = JSON.stringify(buildAstraTask(index, revision))) },
  vcf: { revision: 0, apply: (index, revision) => (vcfItems[index] = JSON.stringify(buildVcfTask(index, revision))) },
};

function changeList(name) {
  const list = changes[name];
  list.revision += 1;
  list.apply((list.revision * 7) % Math.min(count, unfinishedCount), list.revision);
  if (name === 'astra') astraBody = null;
  else vcfPages.clear();
}

let timer;

function setChange(when) {
  change = when;
  clearInterval(timer);
  if (typeof when === 'number') timer = setInterval(() => Object.keys(changes).forEach(changeList), when);
}

const calls = {};

function listen(respond) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url, 'http://plane');
      const token = request.headers.authorization ?? 'none';
      calls[token] = (calls[token] ?? 0) + 1;
      const body = respond(pathname, searchParams, Buffer.concat(chunks));
      const send = () => {
        if (body === null) return response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
        return response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      };
      if (latencyMs > 0) setTimeout(send, latencyMs);
      else send();
    });
  });
  server.keepAliveTimeout = 600_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

const catalog = await listen((path) => catalogBodies.get(path.slice(path.lastIndexOf('/') + 1)) ?? null);
const astra = await listen((path) => {
  if (!path.endsWith('/core/v1/tasks')) return null;
  if (change === 'read') changeList('astra');
  return astraList();
});
const vcf = await listen((path, query, body) => {
  // The name of the account is the token, so that requests can be told apart.
  if (path === '/v1/tokens') return json({ accessToken: JSON.parse(body).username, refreshToken: { id: 'refresh' } });
  if (path === '/v1/credentials/tasks') return emptyPage;
  if (path !== '/v1/tasks') return null;
  if (change === 'read' && Number(query.get('pageNumber') ?? 0) === 0) changeList('vcf');
  return vcfPage(query);
});

process.on('message', (settings) => {
  latencyMs = settings.latencyMs ?? latencyMs;
  if (settings.change !== undefined) setChange(settings.change);
  process.send({ ...calls });
  for (const token of Object.keys(calls)) delete calls[token];
});
process.send({ catalog, astra, vcf, accountId, catalogIds });
