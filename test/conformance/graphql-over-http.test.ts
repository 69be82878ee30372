import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditServer } from 'graphql-http';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { sourceModules } from '../../src/sources/registry.js';
import { BareGateway } from '../server/bare-gateway.js';

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(buildSchema(sourceModules));
});
afterAll(() => gateway.close());

test('the 61 audits of GraphQL over HTTP pass, but for three that say MAY and that the defence against foreign pages forbids', async () => {
  const results = await auditServer({ url: `http://${gateway.host}/graphql` });
  expect(results).toHaveLength(61);
  const failed = results.flatMap((result) => (result.status === 'ok' ? [] : [`${result.status}: ${result.name}`]));
  expect(failed.toSorted()).toEqual([
    'notice: MAY accept application/x-www-form-urlencoded formatted GET requests',
    'notice: MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
    'notice: MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
  ]);
});
