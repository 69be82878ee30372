import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { TaskStatus } from '../../src/model/task-status.js';
import { sourceModules } from '../../src/sources/registry.js';
import { BareGateway } from './bare-gateway.js';
import { onlyError } from './only-error.js';

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(buildSchema(sourceModules));
});
afterAll(() => gateway.close());

const graphql = { accept: 'application/graphql-response+json' };

test.each([
  { name: 'that does not parse', body: { query: '{ tasks( }' }, code: 'GRAPHQL_PARSE_FAILED' },
  { name: 'of a field that there is not', body: { query: '{ nothing }' }, code: 'GRAPHQL_VALIDATION_FAILED' },
  {
    name: 'of an operation that there is not',
    body: { query: 'query A { taskSources { name } }', operationName: 'B' },
    code: 'OPERATION_RESOLUTION_FAILURE',
  },
  { name: 'without a variable that it needs', body: { query: 'query ($id: ID!) { task(id: $id) { id } }' }, code: 'BAD_USER_INPUT' },
])('a document $name is 200 as application/json and 400 as application/graphql-response+json', async ({ body, code }) => {
  const plain = await gateway.post(body);
  expect(plain.status).toBe(200);
  expect(plain.headers['content-type']).toMatch(/^application\/json/);
  expect(onlyError(plain).extensions).toEqual({ code });
  const strict = await gateway.post(body, graphql);
  expect(strict.status).toBe(400);
  expect(strict.headers['content-type']).toMatch(/^application\/graphql-response\+json/);
  expect(onlyError(strict).extensions).toEqual({ code });
  expect(strict.json).not.toHaveProperty('data');
});

const statuses = Object.keys(TaskStatus).join(', ');

test.each([
  ['query ($first: Int) { tasks(first: $first) { totalCount } }', { first: 'canary' }, 'Variable "$first" does not fit its type Int.'],
  ['query ($first: Int) { tasks(first: $first) { totalCount } }', { first: 1.5e300 }, 'Variable "$first" does not fit its type Int.'],
  [
    'query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }',
    { f: { statuses: ['RUNNING', 'canary: \'"<b>'] } },
    `Variable "$f" does not fit its type TaskFilter, at f.statuses[1]. Its values are ${statuses}.`,
  ],
  [
    'query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }',
    { f: { canary: { canary: 1 } } },
    'Variable "$f" does not fit its type TaskFilter.',
  ],
  [
    'query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }',
    { f: { createdAfter: 'canary; at "f.x"' } },
    'Variable "$f" does not fit its type TaskFilter, at f.createdAfter.',
  ],
  [
    'query ($f: TaskFilter!) { tasks(filter: $f) { totalCount } }',
    { f: null },
    'Variable "$f" of non-null type "TaskFilter!" must not be null.',
  ],
  [
    'mutation ($i: RetryTaskInput!) { retryTask(input: $i) { __typename } }',
    { i: { idempotencyKey: 'canary' } },
    'Variable "$i" does not fit its type RetryTaskInput!. Field "id" of required type "ID!" was not provided.',
  ],
  ['query ($id: ID!) { task(id: $id) { id } }', { id: { canary: true } }, 'Variable "$id" does not fit its type ID!.'],
])('a variable that does not fit is named with its type and place, never with its value: %s %j', async (query, variables, message) => {
  const response = await gateway.post({ query, variables });
  expect(response.status).toBe(200);
  expect(onlyError(response)).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } });
  expect(response.text).not.toContain('canary');
});

const ofStatuses = 'query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }';
const atStatuses = 'Variable "$f" does not fit its type TaskFilter, at f.statuses';
const inDocument = 'The value does not fit the type "TaskStatus".';

test.each<[string, object | undefined, string]>([
  [ofStatuses, { f: { statuses: ['DONE'] } }, `${atStatuses}[0]. "DONE" is none of its values. Its values are ${statuses}.`],
  [ofStatuses, { f: { statuses: 'in progress' } }, `${atStatuses}. "in progress" is none of its values. Its values are ${statuses}.`],
  [ofStatuses, { f: { statuses: ['x'.repeat(41)] } }, `${atStatuses}[0]. Its values are ${statuses}.`],
  [ofStatuses, { f: { statuses: [7] } }, `${atStatuses}[0]. Its values are ${statuses}.`],
  [
    '{ tasks(filter: { statuses: [DONE] }) { totalCount } }',
    undefined,
    `${inDocument} "DONE" is none of its values. Its values are ${statuses}.`,
  ],
  [
    '{ tasks(filter: { statuses: ["DONE"] }) { totalCount } }',
    undefined,
    `${inDocument} "DONE" is none of its values. Its values are ${statuses}.`,
  ],
  ['{ tasks(filter: { statuses: ["FAILED"] }) { totalCount } }', undefined, `${inDocument} Write FAILED without quotation marks.`],
  ['{ tasks(filter: { statuses: 7 }) { totalCount } }', undefined, `${inDocument} Its values are ${statuses}.`],
  [`{ tasks(filter: { statuses: ${'X'.repeat(41)} }) { totalCount } }`, undefined, `${inDocument} Its values are ${statuses}.`],
])('a value that an enum does not have is named with those that it has: %s %j', async (query, variables, message) => {
  const response = await gateway.post({ query, variables });
  expect(onlyError(response).message).toBe(message);
});

test('an argument that is not valid is an error of its field alone', async () => {
  const response = await gateway.post({ query: '{ tasks(first: -1) { totalCount } taskSources { name } }' });
  expect(response.status).toBe(200);
  expect(response.json.data).toEqual({ tasks: null, taskSources: [] });
  expect(onlyError(response)).toMatchObject({ path: ['tasks'], extensions: { code: 'BAD_USER_INPUT' } });
});

test.each([
  ['createdAfter: "2026-02-30T00:00:00Z"', 'A DateTime is an ISO-8601 instant with a time zone, such as 2026-11-21T08:00:00.000Z.'],
  ['createdAfter: 2026', 'A DateTime is an ISO-8601 instant with a time zone, such as 2026-11-21T08:00:00.000Z.'],
])('a value in the document that does not fit is located, and not repeated: %s', async (literal, message) => {
  const response = await gateway.post({ query: `{\n  tasks(filter: { ${literal} }) { totalCount }\n}` });
  expect(onlyError(response)).toEqual({
    message,
    locations: [{ line: 2, column: 33 }],
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
});

test('a secret in the document that is no string is located, and not repeated', async () => {
  const input = '{ id: "vcf:1", elements: [{ resourceType: "ESXI", username: "root", password: 123456 }] }';
  const response = await gateway.post({ query: `mutation {\n retryVcfCredentialsTask(input: ${input}) { outcome }\n}` });
  expect(onlyError(response)).toEqual({
    message: 'A Secret is a string.',
    locations: [{ line: 2, column: 111 }],
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
  expect(response.text).not.toContain('123456');
});
