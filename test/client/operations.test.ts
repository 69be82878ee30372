import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';

import { createClient, type Operation, type TributaryClient } from '../../src/client/index.js';
import { World } from '../support/world.js';

let world: World;
let client: TributaryClient;
beforeAll(async () => {
  world = await World.start();
  client = createClient({ url: new URL(`${world.gateway.origin}/graphql`) });
});
afterAll(async () => {
  client.close();
  await world.close();
});

interface Names {
  readonly taskSources: readonly { readonly name: string }[] | null;
}

test('a query returns its data and no errors', async () => {
  const { data, errors } = await client.query<Names>('{ taskSources { name } }');
  expect(data?.taskSources?.map(({ name }) => name)).toEqual(['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax']);
  expect(errors).toEqual([]);
});

test('a document carries its types: a TypedDocumentNode, or a string object with types', async () => {
  type One = Operation<{ readonly taskSource: { readonly kind: string } | null }, { readonly name: string }>;
  const text = 'query One($name: String!) { taskSource(name: $name) { ...Kind } } fragment Kind on TaskSource { kind }';
  const documents: readonly One[] = [parse(text), Object.assign(new String(text), {})];
  for (const document of documents) {
    const { data } = await client.query(document, { name: 'vcf-sfo' });
    const kind: string | undefined = data?.taskSource?.kind;
    expect(kind).toBe('VCF');
  }
  // @ts-expect-error -- the variable is missing
  expect((await client.query(documents[0] ?? '').catch((error) => error)).code).toBe('REFUSED');
});

test('a mutation acts, and its outcome is in the data', async () => {
  const id = `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status: 'FAILED', isRetryable: true })}`;
  const retry = 'mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome task { status } } }';
  expect(await client.mutate(retry, { id })).toMatchObject({ data: { retryTask: { outcome: 'ACCEPTED' } }, errors: [] });
  expect(await client.mutate(retry, { id: 'vcf-sfo:none' })).toMatchObject({ data: { retryTask: { outcome: 'REJECTED', task: null } } });
});

test('a partial answer has data and the errors that say what is missing', async () => {
  world.planes['astra-demo'].server.fault = () => ({ status: 500, body: '' });
  const answer = await client.query(
    '{ taskSources { name } task(id: "astra-demo:00000000-0000-4000-8000-000000000000", maxAgeMs: 0) { id } }',
  );
  expect(answer).toMatchObject({ data: { task: null }, errors: [{ path: ['task'], extensions: { code: 'SOURCE_UNAVAILABLE' } }] });
  world.planes['astra-demo'].server.fault = null;
});

test('an operation that is not valid in the schema is refused', async () => {
  await expect(client.query('{ nonsense }')).rejects.toMatchObject({ code: 'REFUSED', reason: 'GRAPHQL_VALIDATION_FAILED' });
});

test('a signal aborts a query, before and after it is sent', async () => {
  const aborting = new AbortController();
  const pending = client.query('{ tasks(maxAgeMs: 0) { totalCount } }', {}, { signal: aborting.signal });
  aborting.abort('enough');
  await expect(pending).rejects.toMatchObject({ name: 'AbortError', code: 'ABORTED', cause: 'enough' });
  await expect(client.query('{ __typename }', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
});

test('a closed client sends nothing', async () => {
  const closed = createClient({ url: `${world.gateway.origin}/graphql` });
  closed.close();
  await expect(closed.query('{ __typename }')).rejects.toMatchObject({ code: 'ABORTED', cause: 'The client was closed.' });
});
