import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'undici';

import { Target } from './target.js';
import { transports } from './transport.js';

let target: Target;
beforeAll(async () => {
  target = await Target.start();
});
beforeEach(() => target.world.forgetCalls());
afterAll(() => target.close());

const queryTransports = ['POST as application/json', 'POST as application/graphql-response+json', 'GET'];
const httpTransports = Object.entries(transports).filter(([name]) => queryTransports.includes(name));
const streamTransports = Object.entries(transports).filter(([name]) => !queryTransports.includes(name));

/** Source task ids that a careless client would turn into another path. */
const paths = [
  '..',
  '.',
  '%2e%2e',
  '..%2f',
  'a/../b',
  '\\..\\',
  '%00',
  'a;x=1',
  'a?x',
  'a#',
  '//evil.example',
  '@evil.example',
  '‥',
  'a／b',
  'a\r\nHost: evil',
  '',
  ' ',
  '\u0000',
  '🙂',
  '\u202eabc',
  'x'.repeat(300),
];
const sourceNames = ['catalog-demo', 'astra-demo', 'vcf-sfo'];

describe.each(httpTransports)('By %s', (_name, send) => {
  test.each(sourceNames)('A21 an id with a path on %s is null, without an upstream call', async (source) => {
    for (const path of paths) {
      const id = `${source}:${path}`;
      const answer = await send(target.host, {
        query: 'query ($id: ID!) { task(id: $id) { id } node(id: $id) { id } }',
        variables: { id },
      });
      expect([id, answer.status, answer.data, answer.errors]).toEqual([id, 200, { task: null, node: null }, []]);
    }
    expect(target.upstreamCalls).toBe(0);
  });

  test.each([
    ['__proto__', '{"id":"vcf-sfo:1","filter":{"__proto__":{"polluted":1}}}'],
    ['constructor', '{"id":"vcf-sfo:1","filter":{"constructor":{"prototype":{"polluted":1}}}}'],
    ['an inherited name', '{"id":"vcf-sfo:1","filter":{"toString":1}}'],
  ])('A20 %s in variables changes no prototype', async (_what, variables) => {
    const answer = await send(target.host, {
      query: 'query ($filter: TaskFilter) { tasks(filter: $filter) { totalCount } }',
      variables: JSON.parse(variables),
    });
    expect(answer.data ?? undefined).toBeUndefined();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(target.upstreamCalls).toBe(0);
  });
});

describe.each(streamTransports)('By %s', (_name, send) => {
  test('A21 an id with a path matches no task, without an upstream call', async () => {
    for (const path of paths) {
      const answer = await send(target.host, {
        query: 'subscription ($id: ID!) { taskChanged(id: $id) { kind } }',
        variables: { id: `vcf-sfo:${path}` },
      });
      expect(answer.text).not.toContain('INTERNAL_SERVER_ERROR');
    }
    expect(target.upstreamCalls).toBe(0);
  });

  test('A33 a mutation is refused, without an upstream call', async () => {
    const answer = await send(target.host, { query: 'mutation { cancelTask(input: { id: "vcf-sfo:1" }) { outcome } }' });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(target.upstreamCalls).toBe(0);
  });
});

test('A23 no header of a client is forwarded to a plane', async () => {
  const canary = 'canary-4711';
  await request(`http://${target.host}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: canary,
      'x-correlation-id': canary,
      cookie: canary,
      'x-forwarded-host': canary,
      'apollographql-client-name': canary,
    },
    body: JSON.stringify({
      query: `query ${canary.replace('-', '_')} { tasks(maxAgeMs: 0, first: 1) { totalCount } }`,
      operationName: canary.replace('-', '_'),
    }),
  }).then(({ body }) => body.dump());
  const calls = (['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const).flatMap((name) => target.world.calls(name));
  expect(calls.length).toBeGreaterThan(0);
  expect(JSON.stringify(calls)).not.toMatch(/canary.4711/);
});

test('A25 each log entry is one line of JSON, whatever clients send', async () => {
  const hostileText = 'x\n{"level":60}\u001b[31m\u2028"';
  await transports['POST as application/json']?.(target.host, {
    query: 'mutation ($i: CancelTaskInput!) { cancelTask(input: $i) { outcome } }',
    variables: { i: { id: `vcf-sfo:${hostileText}`, reason: hostileText.repeat(100) } },
  });
  for (const line of target.world.log) {
    expect(line.trimEnd()).not.toContain('\n');
    expect(() => JSON.parse(line)).not.toThrow();
    expect(line.length).toBeLessThanOrEqual(4_096);
  }
});
