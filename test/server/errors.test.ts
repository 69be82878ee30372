import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { GraphQLError, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';

import { SourceProblemError } from '../../src/model/source-problem.js';
import { BareGateway } from './bare-gateway.js';
import { onlyError } from './only-error.js';

const secrets = 'canary-password at https://inner.example/x in /srv/inner/file.ts:12';
const thrown: Record<string, () => unknown> = {
  unknownError: () => {
    throw new TypeError(secrets);
  },
  noError: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what libraries do
    throw { message: secrets };
  },
  foreignCode: () => {
    throw new GraphQLError(secrets, { extensions: { code: 'BAD_USER_INPUT', secrets } });
  },
  rejected: () => Promise.reject(new Error('outer', { cause: new Error(secrets) })),
  ofAPlane: () => {
    throw new SourceProblemError('TIMEOUT', 'The plane did not answer in time.', { retryAfterMs: 7, cause: new Error(secrets) });
  },
  wrongType: () => ({ toString: null }),
};
const fields = Object.fromEntries(Object.entries(thrown).map(([name, resolve]) => [name, { type: GraphQLString, resolve }]));
const query = new GraphQLObjectType({ name: 'Query', fields: { ...fields, fine: { type: GraphQLString, resolve: () => 'fine' } } });

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(new GraphQLSchema({ query }));
});
beforeEach(() => {
  gateway.log.length = 0;
});
afterAll(() => gateway.close());

test.each(['unknownError', 'noError', 'foreignCode', 'rejected', 'wrongType'])(
  'an error is masked when nobody meant it for clients (%s), under an id that is in the log once',
  async (field) => {
    const response = await gateway.post({ query: `{ fine ${field} }` });
    expect(response.status).toBe(200);
    expect(response.json.data).toEqual({ fine: 'fine', [field]: null });
    const error = onlyError(response);
    expect(error).toMatchObject({ message: 'Internal error.', path: [field], extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    expect(response.text).not.toMatch(/canary|inner/);
    expect(error.extensions.errorId).toMatch(/^[0-9a-f-]{36}$/);
    expect(gateway.log.filter(({ errorId }) => errorId === error.extensions.errorId)).toHaveLength(1);
    if (field !== 'wrongType') expect(JSON.stringify(gateway.log)).toContain('canary-password');
  },
);

test('an error is shown when it was made for clients, its cause never', async () => {
  const response = await gateway.post({ query: '{ fine ofAPlane }' });
  expect(onlyError(response)).toMatchObject({
    message: 'The plane did not answer in time.',
    path: ['ofAPlane'],
    extensions: { code: 'SOURCE_UNAVAILABLE', retryAfterMs: 7 },
  });
  expect(response.text).not.toMatch(/canary|inner/);
  expect(gateway.log).toEqual([]);
});
