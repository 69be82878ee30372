import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { BareGateway } from './bare-gateway.js';
import { onlyError } from './only-error.js';

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(buildSchema(sourceModules));
});
afterAll(() => gateway.close());

const introspection = { query: '{ __schema { queryType { name } } }' };

test('answers when it is on, and names of fields are suggested', async () => {
  expect((await gateway.post(introspection)).json.data.__schema.queryType.name).toBe('Query');
  expect(onlyError(await gateway.post({ query: '{ taskSourcez { name } }' })).message).toMatch(/Did you mean "taskSource"/);
});

test('is refused when it is off, and nothing is suggested', async () => {
  const closed = await BareGateway.start(buildSchema(sourceModules), { introspection: false });
  for (const query of [introspection.query, '{ __type(name: "Task") { name } }']) {
    const { message, extensions } = onlyError(await closed.post({ query }));
    expect([message, extensions.code]).toEqual(['The schema is not shown here: introspection is off.', 'GRAPHQL_VALIDATION_FAILED']);
  }
  for (const query of [
    '{ taskSourcez { name } }',
    '{ tasks(frist: 1) { totalCount } }',
    '{ tasks(filter: { statusez: [] }) { totalCount } }',
  ]) {
    expect(onlyError(await closed.post({ query })).message).not.toMatch(/Did you mean/);
  }
  const variable = await closed.post({
    query: 'query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }',
    variables: { f: { statusez: [] } },
  });
  expect(onlyError(variable).message).not.toMatch(/Did you mean|statuses/);
  for (const request of [
    { query: '{ tasks(filter: { statuses: [FAILD] }) { totalCount } }' },
    { query: 'query ($f: TaskFilter) { tasks(filter: $f) { totalCount } }', variables: { f: { statuses: ['FAILD'] } } },
  ]) {
    expect(onlyError(await closed.post(request)).message).not.toMatch(/FAILED|RUNNING/);
  }
  await closed.close();
});
