import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { PlaneFault } from '../../src/sources/simulation/plane-server.js';
import type { Json } from '../support/post.js';
import { World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ logLevel: 'info' });
});
afterAll(() => world.close());

const id = '00000000-0000-4000-8000-00000000abcd';
const malformed = (...fields: readonly string[]): Json => ({ warnings: [{ code: 'MALFORMED_DATA', fields }] });
const warnings = 'warnings { ... on MalformedDataWarning { code fields } }';

/** The one task of Astra Control with these fields. */
async function astra(fields: object): Promise<Json> {
  world.planes['astra-demo'].server.fault = (({ path }) => ({
    status: 200,
    body: path.endsWith('/tasks') ? { items: [{ id, state: 'running', ...fields }] } : { id, state: 'running', ...fields },
  })) satisfies PlaneFault;
  const { data } = await world.graphql(
    `query ($id: ID!) { task(id: $id, maxAgeMs: 0) { startedAt name progress { percent } resources { sourceResourceId uri }
      ... on AstraTask { resourceUri resourceCollectionUris orderHint } ${warnings} } }`,
    { id: `astra-demo:${id}` },
  );
  return data.task;
}

const times = [
  '2020-02-30T08:00:00Z',
  '2021-02-29T08:00:00Z',
  '2020-01-01T24:00:00Z',
  '2020-01-01T23:59:60Z',
  '2020-01-01T08:00:00+14:01',
  '2020-01-01T08:00:00+18:00',
  '0000-01-01T00:00:00Z',
  '10000-01-01T00:00:00Z',
  '1600000000000',
  'NaN',
  '-0',
  1_600_000_000_000,
];

test.each(times)('a time that does not exist is null, with a warning: %j', async (startTime) => {
  expect(await astra({ startTime })).toMatchObject({ startedAt: null, ...malformed('startTime') });
});

test.each([
  ['orderHint', '9007199254740993'],
  ['orderHint', '1e400'],
  ['orderHint', '1e300'],
  ['orderHint', '"NaN"'],
  ['orderHint', '"-1"'],
  ['percentDone', '1e400'],
  ['percentDone', '-9007199254740993'],
])('a number that cannot be read exactly is null, with a warning: %s %s', async (field, json) => {
  world.planes['astra-demo'].server.fault = () => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: `{"id":"${id}","state":"running","${field}":${json}}`,
  });
  const { data } = await world.graphql(
    `query ($id: ID!) { task(id: $id, maxAgeMs: 0) { progress { percent } ... on AstraTask { orderHint } ${warnings} } }`,
    { id: `astra-demo:${id}` },
  );
  expect(data.task).toMatchObject({ progress: null, orderHint: null, ...malformed(field) });
});

const notPaths = [
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'data:text/html,x',
  '//evil.example/x',
  '/\\evil.example/x',
  '\\\\evil.example\\x',
  'https://evil.example/x',
  'evil.example/x',
  '/a/../../b',
  '/a/%2e%2e/b',
  '/a/.%2E',
  '/a/./b',
  '/a%2f..%2fb',
  '/a%5cb',
  '/a\u0000b',
  '/a\nb',
  '/a%0d%0ab',
  '/a b',
  '/\u202ea',
  '/a\u200bb',
  '/a\ud800',
  '\u0001/a',
  ' /a',
];

test.each(notPaths)('a URI of Astra Control that is no path is null, with a warning: %j', async (uri) => {
  const task = await astra({ resourceURI: uri, resourceCollectionURI: ['/ok', uri] });
  expect(task).toMatchObject({
    resourceUri: null,
    resourceCollectionUris: ['/ok'],
    ...malformed('resourceURI', 'resourceCollectionURI[1]'),
  });
  expect(JSON.stringify(task.resources)).not.toMatch(/evil|script|%2e/i);
});

test.each(['/accounts/a/k8s/v1/apps/b', '/a?x=/../y', '/a#b', '/', '/é/你', '/a//b', '/a/..b/...'])(
  'a path is shown as it is: %j',
  async (uri) => {
    expect(await astra({ resourceURI: uri })).toMatchObject({ resourceUri: uri, warnings: [] });
  },
);

test.each([
  ...notPaths.filter((uri) => !uri.startsWith('https:')),
  'https://user:word@evil.example/',
  'https:/evil.example',
  'https://a\\b',
  'file:///etc/passwd',
  '#a b',
])('a link of the Catalog that is no fragment, path or web page is left out, with a warning: %j', async (href) => {
  world.planes['catalog-demo'].server.fault = (call, handle) =>
    call.path.includes('catalog_tasks')
      ? {
          status: 200,
          body: {
            id: 'abc',
            status: 'running',
            links: [
              { href: '#a', rel: 'item' },
              { href, rel: 'item' },
            ],
          },
        }
      : handle();
  const { data } = await world.graphql(
    `query ($id: ID!) { task(id: $id, maxAgeMs: 0) { ... on CatalogTask { links { href } } ${warnings} } }`,
    { id: 'catalog-demo:abc' },
  );
  expect(data.task).toMatchObject({ links: [{ href: '#a' }], ...malformed('links[1].href', 'links[1]') });
});

test.each([
  'javascript:alert(1)',
  '//evil.example',
  '/path',
  'https://a@evil.example',
  'https://e\u202evil.example',
  'https://a\n.example',
  'https:\\\\evil.example',
])('a link of SDDC Manager that is no web page is null, with a warning: %j', async (url) => {
  const sourceTaskId = world.planes['vcf-sfo'].addTask({ status: 'FAILED', errors: [{ message: 'No.', remediationUrl: url }] });
  const { data } = await world.graphql(`query ($id: ID!) { task(id: $id, maxAgeMs: 0) { failures { remediationUrl } ${warnings} } }`, {
    id: `vcf-sfo:${sourceTaskId}`,
  });
  expect(data.task).toMatchObject({ failures: [{ remediationUrl: null }], ...malformed('errors[0].remediationUrl') });
});

const hostile = '\u001b[2J\u202egnp.\u200bexe\u0007\u009b31m \ud800';

test('messages of every plane have nothing that nobody sees', async () => {
  const sourceTaskId = world.planes['vcf-sfo'].addTask({
    status: 'FAILED',
    errors: [{ message: `A ${hostile}`, remediationMessage: `B ${hostile}`, causes: [{ message: `C ${hostile}` }] }],
  });
  world.planes['catalog-demo'].server.fault = (call, handle) =>
    call.path.includes('catalog_tasks')
      ? {
          status: 200,
          body: { id: 'abd', status: 'failed', error_message: `D ${hostile}`, warnings: [{ code: 'X', message: `E ${hostile}` }] },
        }
      : handle();
  const details = [{ type: 'x', title: `F ${hostile}`, detail: `G ${hostile}` }];
  await astra({ state: 'failed', stateDetails: details });
  const { data } = await world.graphql(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Task { failures { message remediation causes { message } } warnings { ... on TaskWarningFields { message } } } } }`,
    { ids: [`vcf-sfo:${sourceTaskId}`, 'catalog-demo:abd', `astra-demo:${id}`] },
  );
  const shown = JSON.stringify(data);
  for (const letter of ['A', 'B', 'C', 'D', 'E', 'G']) expect(shown).toContain(`"${letter} gnp.exe  \ufffd"`);
  expect(shown).not.toMatch(/[\p{Cc}\u202e\u200b]|\\u/u);
});

test('what a plane says of itself reaches clients and the log without it', async () => {
  world.planes['astra-demo'].server.fault = () => ({
    status: 403,
    body: { type: 'https://astra.netapp.io/problems/11', title: hostile, detail: hostile, correlationID: `REF${hostile}`, status: '403' },
  });
  const { data } = await world.graphql(
    '{ tasks(first: 0, maxAgeMs: 0, filter: { sourceNames: ["astra-demo"] }) { sources { ... on TaskSourceUnavailable { problem { message referenceToken } } } } }',
  );
  expect(data.tasks.sources[0].problem.referenceToken).toBe('REFgnp.exe \ufffd');
  expect(world.log.join('')).not.toMatch(/[\u202e\u200b\u009b]|\\u001b/u);
});
